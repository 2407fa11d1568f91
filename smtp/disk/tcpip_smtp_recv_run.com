$! TCPIP$SMTP_RECV_RUN.COM - run by the auxiliary server for each connection to port 25.
$!
$! SYS$NET is the connection, SYS$REM_NODE the address of the client. What is written
$! to SYS$OUTPUT goes to TCPIP$SMTP_RECV_RUN.LOG.
$!
$ SET NOON
$ RUN SYS$SYSTEM:TCPIP$SMTP_RECEIVER.EXE
$ EXIT
