$! TCPIP$SMTP_SHUTDOWN.COM - stops SMTP: the receiver, then the sender queues.
$!
$! P1 = BRIEF: show the last line only.
$!
$ SET NOON
$ TCPIP DISABLE SERVICE SMTP
$ STATUS = $STATUS
$ IF .NOT. STATUS THEN EXIT 'STATUS'
$ IF P1 .NES. "BRIEF" THEN WRITE SYS$OUTPUT "%TCPIP-I-INFO, smtp service disabled"
$ TCPIP STOP MAIL
$!
$! What is still under way when communication stops would fail, and wait half an hour
$! for its next attempt. It goes back into the queue instead.
$!
$ NUMBER = 0
$RESET_QUEUE:
$ NUMBER = NUMBER + 1
$ QUEUE = F$FAO("TCPIP$SMTP_!AS_!2ZL",F$GETSYI("NODENAME"),NUMBER)
$ IF F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME",QUEUE) .EQS. "" THEN GOTO QUEUES_STOPPED
$ STOP/QUEUE/RESET 'QUEUE'
$ IF NUMBER .LT. 10 THEN GOTO RESET_QUEUE
$QUEUES_STOPPED:
$ IF F$SEARCH("SYS$STARTUP:TCPIP$SMTP_SYSHUTDOWN.COM") .NES. "" THEN -
      @SYS$STARTUP:TCPIP$SMTP_SYSHUTDOWN.COM
$!
$! The name that startup has defined; one of the site's own stays.
$!
$ IF F$TRNLNM("TCPIP$SMTP_COMMON","LNM$SYSTEM_TABLE",,"EXECUTIVE") .EQS. "SYS$SPECIFIC:[TCPIP$SMTP]" THEN -
      DEASSIGN/SYSTEM/EXECUTIVE_MODE TCPIP$SMTP_COMMON
$ IF P1 .NES. "BRIEF" THEN WRITE SYS$OUTPUT "%TCPIP-I-INFO, logical names deassigned"
$ WRITE SYS$OUTPUT "%TCPIP-S-SHUTDONE, TCPIP$SMTP shutdown completed"
$ EXIT 1
