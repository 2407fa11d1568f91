$! TCPIP$CUSTOMER_SERVICE_STARTUP.COM - starts a service that the site has defined.
$!
$! P1 = the service
$!
$ SET NOON
$ TCPIP ENABLE SERVICE 'P1'
$ STATUS = $STATUS
$ IF .NOT. STATUS THEN EXIT 'STATUS'
$ WRITE SYS$OUTPUT "%TCPIP-S-STARTDONE, TCPIP$''P1' startup completed"
$ EXIT 1
