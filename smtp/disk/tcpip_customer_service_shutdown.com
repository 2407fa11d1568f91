$! TCPIP$CUSTOMER_SERVICE_SHUTDOWN.COM - stops a service that the site has defined.
$!
$! P1 = the service
$!
$ SET NOON
$ TCPIP DISABLE SERVICE 'P1'
$ STATUS = $STATUS
$ IF .NOT. STATUS THEN EXIT 'STATUS'
$ WRITE SYS$OUTPUT "%TCPIP-S-SHUTDONE, TCPIP$''P1' shutdown completed"
$ EXIT 1
