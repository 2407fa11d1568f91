$! SYSHUTDWN.COM - the site-specific shutdown procedure.
$! Executed by SHUTDOWN.COM while the queues and the network are still up.
$ EXIT
