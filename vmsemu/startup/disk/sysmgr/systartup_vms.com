$! SYSTARTUP_VMS.COM - the site-specific startup procedure.
$!
$! Executed last by STARTUP.COM. Start here what this site wants to have started.
$!
$ SET NOON
$!
$! The queue manager and the batch queue.
$!
$ IF F$SEARCH("SYS$SYSTEM:QMAN$MASTER.DAT") .EQS. ""
$ THEN
$     START/QUEUE/MANAGER/NEW_VERSION
$     INITIALIZE/QUEUE/BATCH/START/JOB_LIMIT=4 SYS$BATCH
$ ELSE
$     START/QUEUE/MANAGER
$     START/QUEUE SYS$BATCH
$ ENDIF
$ ENABLE AUTOSTART/QUEUES
$!
$! TCP/IP Services. Take away the exclamation mark when it has been configured with
$! SYS$MANAGER:TCPIP$CONFIG.COM.
$!
$! @SYS$STARTUP:TCPIP$STARTUP
$!
$! Let the users in.
$!
$ SET LOGINS/INTERACTIVE=64
$ EXIT
