$! TCPIP$POP_RUN.COM - run by the auxiliary server for each connection to port 110.
$!
$! What is written to SYS$OUTPUT goes to TCPIP$POP_RUN.LOG.
$!
$ SET NOON
$ RUN SYS$SYSTEM:TCPIP$POP_SERVER.EXE
$ EXIT
