$! LOGIN.COM - the login procedure of the account TCPIP$SMTP.
$ EXIT
