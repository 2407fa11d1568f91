$! TCPIP$INET_STARTUP.COM - starts communication: what TCPIP$STARTUP.COM does before it
$! starts the components.
$!
$ SET NOON
$ SAY := WRITE SYS$OUTPUT
$ TCPIP START COMMUNICATION /INITIALIZE
$ STATUS = $STATUS
$ IF .NOT. STATUS THEN EXIT 'STATUS'
$ CONTEXT = ""
$ FOUND = F$CONTEXT("PROCESS",CONTEXT,"PRCNAM","TCPIP$INETACP","EQL")
$ SAY "%RUN-S-PROC_ID, identification of created process is ", F$PID(CONTEXT)
$ SAY "%TCPIP-I-SETLOCAL, setting domain and/or local host"
$ SAY "%TCPIP-I-STARTCOMM, starting communication"
$ SAY "%TCPIP-I-SETPROTP, setting protocol parameters"
$ SAY "%TCPIP-I-DEFINTE, defining interfaces"
$ SAY "%TCPIP-I-STARTNAME, starting name service"
$ SAY "%TCPIP-S-STARTDONE, TCP/IP Kernel startup completed"
$ EXIT 1
