$! TCPIP$FINGER_RUN.COM - run by the auxiliary server for each connection to port 79.
$!
$! What is written to SYS$OUTPUT goes to TCPIP$FINGER_RUN.LOG.
$!
$ SET NOON
$ RUN SYS$SYSTEM:TCPIP$FINGER_SERVER.EXE
$ PURGE/NOLOG/KEEP=5 SYS$LOGIN:TCPIP$FINGER_RUN.LOG
$ EXIT
