$! LOGIN.COM - the login procedure of the SYSTEM account.
$ SET NOON
$ IF F$MODE() .NES. "INTERACTIVE" THEN EXIT
$ EXIT
