$! TCPIP$SYSHUTDOWN.COM - what this site wants done before TCP/IP services stop.
$ EXIT
