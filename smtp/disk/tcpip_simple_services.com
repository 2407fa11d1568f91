$! TCPIP$SIMPLE_SERVICES.COM - defines small services, or takes them away again.
$!
$!     $ @TCPIP$EXAMPLES:TCPIP$SIMPLE_SERVICES [ADD | REMOVE] [service,...]
$!
$! The services are the lines of the table at the end; without names the command is for
$! all of them. ADD makes the account and the directory of a service when they are not
$! there. It enables nothing: what is to run now takes
$!
$!     $ TCPIP ENABLE SERVICE name
$!
$! and what is to run after the next startup, SET CONFIGURATION ENABLE SERVICE. Anybody
$! can make these services work for him without end; offer them to hosts you know
$! (SET SERVICE name /ACCEPT=HOSTS=host), or not at all.
$!
$! To offer a service of your own, write its procedure and add a line to the table.
$!
$ ACTION = P1
$ IF ACTION .EQS. "" THEN ACTION = "ADD"
$ WANTED = "," + F$EDIT(P2,"UPCASE,COLLAPSE") + ","
$ PRIVILEGES = F$SETPRV("SYSPRV")
$ IF ACTION .NES. "ADD" .AND. ACTION .NES. "REMOVE"
$ THEN
$     WRITE SYS$OUTPUT "%TCPIP-E-SIMPLE, the first parameter is ADD or REMOVE"
$     EXIT %X10000002
$ ENDIF
$!
$!          service  port  protocol   account       member  procedure
$!
$ CALL 'ACTION' ECHO     7  "(TCP,UDP)"  TCPIP$SIMPLE  70  TCPIP$EXAMPLES:TCPIP$ECHO_RUN.COM
$ CALL 'ACTION' DISCARD  9  "(TCP,UDP)"  TCPIP$SIMPLE  70  TCPIP$EXAMPLES:TCPIP$DISCARD_RUN.COM
$ CALL 'ACTION' DAYTIME 13  "(TCP,UDP)"  TCPIP$SIMPLE  70  TCPIP$EXAMPLES:TCPIP$DAYTIME_RUN.COM
$ CALL 'ACTION' CHARGEN 19  "(TCP,UDP)"  TCPIP$SIMPLE  70  TCPIP$EXAMPLES:TCPIP$CHARGEN_RUN.COM
$ EXIT 1
$!
$ADD: SUBROUTINE
$ SET NOON
$ IF WANTED .NES. ",," .AND. F$LOCATE(",''P1',",WANTED) .EQ. F$LENGTH(WANTED) THEN EXIT 1
$ IF F$IDENTIFIER(P4,"NAME_TO_NUMBER") .EQ. 0 THEN GOSUB ACCOUNT
$ TCPIP SET SERVICE 'P1' /PORT='P2' /PROTOCOL='P3' /FILE='P6' /USER_NAME='P4' -
      /PROCESS_NAME=TCPIP$'P1' /LIMIT=5
$ EXIT $STATUS
$!
$ACCOUNT:
$ HERE = F$ENVIRONMENT("DEFAULT")
$ PASSWORD = F$EDIT(F$CVTIME(,"COMPARISON") + F$GETJPI("","PID"),"COLLAPSE") - "-" - "-" - ":" - ":" - "."
$ SET DEFAULT SYS$SYSTEM
$ MCR AUTHORIZE ADD 'P4' /UIC=[3655,'P5'] /ACCOUNT=TCPIP /OWNER="''P4'" /DEVICE=SYS$SYSDEVICE: /DIRECTORY=['P4'] -
      /PASSWORD=TCPIP'PASSWORD' /PWDLIFETIME=NONE /NOPWDEXPIRED /FLAGS=(RESTRICTED,NODISUSER) /NOINTERACTIVE /NOBATCH /NOREMOTE
$ SET DEFAULT 'HERE'
$ CREATE/DIRECTORY/OWNER_UIC=[3655,'P5']/PROTECTION=(S:RWE,O:RWE,G:RE,W:E) SYS$SYSDEVICE:['P4']
$ RETURN
$ ENDSUBROUTINE
$!
$REMOVE: SUBROUTINE
$ SET NOON
$ IF WANTED .NES. ",," .AND. F$LOCATE(",''P1',",WANTED) .EQ. F$LENGTH(WANTED) THEN EXIT 1
$ TCPIP SET NOSERVICE 'P1' /NOCONFIRM
$ EXIT $STATUS
$ ENDSUBROUTINE
