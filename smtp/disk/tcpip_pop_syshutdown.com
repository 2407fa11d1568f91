$! TCPIP$POP_SYSHUTDOWN.COM - what this site wants done after POP has stopped.
$ EXIT
