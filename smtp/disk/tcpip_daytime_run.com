$! TCPIP$DAYTIME_RUN.COM - the service DAYTIME (RFC 867), run by the auxiliary server for each client.
$!
$! A server in DCL alone: SYS$NET is the client; what is written to it is sent. See
$! TCPIP$SIMPLE_SERVICES.COM in this directory.
$!
$ SET NOON
$ OPEN/READ/WRITE CLIENT SYS$NET
$ WRITE CLIENT F$CVTIME(,,"WEEKDAY"), ", ", F$EDIT(F$CVTIME(,"ABSOLUTE"),"TRIM")
$ CLOSE CLIENT
$ PURGE/NOLOG/KEEP=5 SYS$LOGIN:TCPIP$DAYTIME_RUN.LOG
$ EXIT
