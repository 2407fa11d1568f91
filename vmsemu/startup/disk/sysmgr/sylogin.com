$! SYLOGIN.COM - executed at the login of every user, before his own LOGIN.COM.
$ SET NOON
$ IF F$MODE() .EQS. "INTERACTIVE" THEN SET CONTROL=T
$ EXIT
