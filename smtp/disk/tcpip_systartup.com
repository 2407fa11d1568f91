$! TCPIP$SYSTARTUP.COM - what this site wants done after all TCP/IP services have started.
$ EXIT
