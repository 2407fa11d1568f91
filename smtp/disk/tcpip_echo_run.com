$! TCPIP$ECHO_RUN.COM - the service ECHO (RFC 862), run by the auxiliary server for each client.
$!
$! See TCPIP$SIMPLE_SERVICES.COM in this directory.
$!
$ SET NOON
$ SERVE = "$SYS$SYSTEM:TCPIP$SIMPLE_SERVER"
$ SERVE ECHO
$ PURGE/NOLOG/KEEP=5 SYS$LOGIN:TCPIP$ECHO_RUN.LOG
$ EXIT
