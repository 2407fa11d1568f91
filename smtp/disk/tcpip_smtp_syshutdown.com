$! TCPIP$SMTP_SYSHUTDOWN.COM - what this site wants done after SMTP has stopped.
$ EXIT
