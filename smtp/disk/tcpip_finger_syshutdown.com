$! TCPIP$FINGER_SYSHUTDOWN.COM - what this site wants done after FINGER has stopped.
$ EXIT
