$! SYSHUTDWN.COM - the site-specific shutdown procedure.
$! Executed by SHUTDOWN.COM while the queues and the network are still up.
$!
$! TCP/IP Services. Take away the exclamation mark when it has been configured.
$!
$! @SYS$STARTUP:TCPIP$SHUTDOWN
$ EXIT
