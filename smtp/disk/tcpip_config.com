$! TCPIP$CONFIG.COM - configures TCP/IP Services for OpenVMS on this node.
$!
$!   @SYS$MANAGER:TCPIP$CONFIG [option {ENABLE | DISABLE} [CLUSTER]]
$!
$! Without an option it shows menus. The options ALL, CLIENT, MINIMUM, SERVER and
$! WORKSTATION enable or disable a set of components without a question. TCPIP$STARTUP
$! uses DHCP: the interface and the components that DHCP configures.
$!
$! What can be configured stands in two tables, CLIENTS and SERVERS: menu text,
$! title, services. A component is installed when SYS$STARTUP holds its startup
$! procedure. What enabling a service takes stands in the symbols S_service:
$! port, protocol, directory, privileges, number of processes.
$!
$ SET NOON
$ ON CONTROL_Y THEN GOTO LEAVE
$ STATUS = 1
$ SAY := WRITE SYS$OUTPUT
$ PRODUCT = "Compaq TCP/IP Services for OpenVMS"
$ DATABASES = "SERVICE,HOST,NETWORK,ROUTE,PROXY,CONFIGURATION"
$ SCRATCH = "SYS$MANAGER:TCPIP$CONFIG_" + F$GETJPI("","PID") + ".TMP"
$ DEFAULT_DIRECTORY = F$ENVIRONMENT("DEFAULT")
$ DEFINED = ""
$ CHANGED = 0
$ AUX_GROUP = "3655"
$!
$ CLIENTS = "FTP|FTP CLIENT|FTP_CLIENT;NFS Client|NFS CLIENT|NFS_CLIENT;REXEC and RSH|REXEC and RSH|REXEC,RSH;" + -
      "RLOGIN|RLOGIN|RLOGIN;SMTP|SMTP|SMTP;TELNET|TELNET|TELNET;DHCP|DHCP CLIENT|DHCP_CLIENT;Telnetsym|TELNETSYM|TELNETSYM"
$ SERVERS = "BIND|BIND|BIND;BOOTP|BOOTP|BOOTP;DHCP|DHCP|DHCP;FINGER|FINGER|FINGER;FTP|FTP|FTP;IMAP|IMAP|IMAP;" + -
      "LBROKER|LBROKER|LBROKER;LPR/LPD|LPR/LPD|LPD;METRIC|METRIC|METRIC;NFS|NFS|NFS;LOCKD/STATD|LOCKD/STATD|LOCKD,STATD;" + -
      "NTP|NTP|NTP;PC-NFS|PC-NFS|PCNFS;POP|POP|POP;PORTMAPPER|PORTMAPPER|PORTMAPPER;RLOGIN|RLOGIN|RLOGIN;RMT|RMT|RMT;" + -
      "SNMP|SNMP|SNMP;TELNET|TELNET|TELNET;TFTP|TFTP|TFTP;XDM|XDM|XDM"
$ SET_ALL = "FTP_CLIENT,NFS_CLIENT,REXEC,RSH,RLOGIN,SMTP,TELNET,DHCP_CLIENT,TELNETSYM,BIND,BOOTP,DHCP,FINGER,FTP,IMAP," + -
      "LBROKER,LPD,METRIC,NFS,LOCKD,STATD,NTP,PCNFS,POP,PORTMAPPER,RMT,SNMP,TFTP,XDM"
$ SET_CLIENT = "FTP_CLIENT,NFS_CLIENT,REXEC,RSH,RLOGIN,SMTP,TELNET,DHCP_CLIENT,TELNETSYM"
$ SET_SERVER = "BIND,BOOTP,DHCP,FINGER,FTP,IMAP,LBROKER,LPD,METRIC,NFS,LOCKD,STATD,NTP,PCNFS,POP,PORTMAPPER,RLOGIN,RMT,SNMP,TELNET,TFTP,XDM"
$! fidelity: what MINIMUM and WORKSTATION hold is not known, but that SMTP is in the second.
$ SET_DHCP = "FTP_CLIENT,TELNET,SMTP"
$ SET_MINIMUM = "FTP_CLIENT,TELNET"
$ SET_WORKSTATION = "FTP_CLIENT,NFS_CLIENT,REXEC,RSH,RLOGIN,SMTP,TELNET"
$!
$ S_SMTP   = "25|TCP|SYS$SPECIFIC:[TCPIP$SMTP]|SYSPRV|10"
$ S_POP    = "110|TCP|SYS$SYSDEVICE:[TCPIP$POP]|SYSPRV,BYPASS|10"
$ S_FINGER = "79|TCP|SYS$SYSDEVICE:[TCPIP$FINGER]||10"
$ F_SMTP   = "TCPIP$SMTP_RECV_RUN"
$!
$ IF .NOT. F$PRIVILEGE("SYSPRV,SYSNAM,OPER")
$ THEN
$     STATUS = 36
$     GOTO LEAVE
$ ENDIF
$ GOSUB DEFINE_NAMES
$ IF P1 .NES. "" THEN GOTO WITHOUT_MENUS
$ GOSUB CLEAR
$ TYPE SYS$INPUT

 TCP/IP Network Configuration Procedure

 This procedure helps you define the parameters required
 to run Compaq TCP/IP Services for OpenVMS on this system.

 Checking TCP/IP Services for OpenVMS configuration database files.

$ GOSUB CHECK_DATABASES
$ GOSUB READ_INTERFACES
$ IF INTERFACES .EQS. ""
$ THEN
$     TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS requires a definition for at
least one interface.  There are no interfaces defined on this
system.

Please select the Interface option from the Core Environment Menu.
$ ENDIF
$ GOTO FIRST_MENU
$!
$! -- The main menu ----------------------------------------------------------------
$!
$MAIN:
$ GOSUB CLEAR
$FIRST_MENU:
$ TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS Configuration Menu

	Configuration options:

		 1  -  Core environment
		 2  -  Client components
		 3  -  Server components
		 4  -  Optional components

		 5  -  Shutdown Compaq TCP/IP Services for OpenVMS
		 6  -  Startup Compaq TCP/IP Services for OpenVMS
		 7  -  Run tests

		 A  -  Configure options 1 - 4
		[E] -  Exit configuration procedure

$ PROMPT = "Enter configuration option: "
$ GOSUB ASK
$ OPTION = F$EDIT(ANSWER,"UPCASE")
$ IF OPTION .EQS. "" .OR. OPTION .EQS. "E" .OR. OPTION .EQS. "^Z" THEN GOTO FINISH
$ IF OPTION .EQS. "1" THEN GOSUB CORE_MENU
$ IF OPTION .EQS. "2" THEN GOSUB CLIENT_MENU
$ IF OPTION .EQS. "3" THEN GOSUB SERVER_MENU
$ IF OPTION .EQS. "4" THEN GOSUB OPTIONAL_MENU
$ IF OPTION .EQS. "5" THEN GOSUB SHUT_DOWN
$ IF OPTION .EQS. "6" THEN GOSUB START_UP
$ IF OPTION .EQS. "7" THEN GOSUB TEST_MENU
$ IF OPTION .EQS. "A"
$ THEN
$     GOSUB CORE_ALL
$     LIST = CLIENTS
$     GOSUB COMPONENTS_ALL
$     LIST = SERVERS
$     GOSUB COMPONENTS_ALL
$     GOSUB OPTIONAL_ALL
$ ENDIF
$ GOTO MAIN
$!
$! Leaving. fidelity: the question is proposed, its text is not known.
$!
$FINISH:
$ STATUS = 1
$ GOSUB IS_RUNNING
$ IF .NOT. CHANGED .OR. RUNNING THEN GOTO LEAVE
$ PROMPT = "Do you want to start ''PRODUCT' now? [NO]: "
$ DEFAULT = 0
$ GOSUB YES_OR_NO
$ IF YES THEN GOSUB START_UP
$ GOTO LEAVE
$!
$START_UP:
$ SAY ""
$ SAY "Begin Startup..."
$ SAY ""
$ @SYS$STARTUP:TCPIP$STARTUP.COM
$ SAY ""
$ SAY "Startup request completed."
$ GOSUB PRESS_RETURN
$ RETURN
$!
$SHUT_DOWN:
$ SAY ""
$ SAY "Begin Shutdown..."
$ SAY ""
$ @SYS$STARTUP:TCPIP$SHUTDOWN.COM
$ SAY ""
$ SAY "Shutdown request completed."
$ GOSUB PRESS_RETURN
$ RETURN
$!
$! -- The core environment ---------------------------------------------------------
$!
$CORE_MENU:
$ GOSUB CLEAR
$ TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS Core Environment Configuration Menu

	Configuration options:

		 1  -  Domain
		 2  -  Interfaces
		 3  -  Routing
		 4  -  BIND Resolver
		 5  -  Time Zone

		 A  -  Configure options 1 - 5
		[E] -  Exit menu

$ PROMPT = "Enter configuration option: "
$ GOSUB ASK
$ OPTION = F$EDIT(ANSWER,"UPCASE")
$ IF OPTION .EQS. "" .OR. OPTION .EQS. "E" .OR. OPTION .EQS. "^Z" THEN RETURN
$ IF OPTION .EQS. "1" THEN GOSUB DOMAIN
$ IF OPTION .EQS. "2" THEN GOSUB INTERFACE
$ IF OPTION .EQS. "3" THEN GOSUB ROUTING
$ IF OPTION .EQS. "4" THEN GOSUB RESOLVER
$ IF OPTION .EQS. "5" THEN GOSUB TIME_ZONE
$ IF OPTION .EQS. "A" THEN GOSUB CORE_ALL
$ GOTO CORE_MENU
$!
$CORE_ALL:
$ GOSUB DOMAIN
$ GOSUB INTERFACE
$ GOSUB ROUTING
$ GOSUB RESOLVER
$ GOSUB TIME_ZONE
$ RETURN
$!
$DOMAIN:
$ GOSUB CLEAR
$ TYPE SYS$INPUT

	DOMAIN Configuration

$ GOSUB READ_DOMAIN
$ PROMPT = "	Enter Internet domain: "
$ IF LOCAL_DOMAIN .NES. "" THEN PROMPT = "	Enter Internet domain [''LOCAL_DOMAIN']: "
$DOMAIN_AGAIN:
$ GOSUB ASK
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF ANSWER .EQS. "" THEN ANSWER = LOCAL_DOMAIN
$ IF ANSWER .EQS. "" THEN GOTO DOMAIN_AGAIN
$ ANSWER = F$EDIT(ANSWER,"LOWERCASE")
$ TCPIP SET CONFIGURATION COMMUNICATION /DOMAIN="''ANSWER'"
$ GOTO NOTE_CHANGE
$!
$INTERFACE:
$ GOSUB CLEAR
$ GOSUB READ_INTERFACES
$ CONFIGURED = F$LOCATE(",WE0,",",''INTERFACES'") .LT. F$LENGTH(INTERFACES) + 1
$ SAY ""
$ SAY "INTERFACE Configuration"
$ SAY ""
$ IF CONFIGURED
$ THEN
$     SAY "  The Ethernet device(s) on your system are: EWA0:"
$ ELSE
$     SAY "  The Ethernet device(s) on your system are: EWA0:  * Not Configured *"
$ ENDIF
$ TYPE SYS$INPUT

  Start of configuration questions for Internet interface WE0.

	WE0 is the Ethernet device EWA0:

$ IF CONFIGURED
$ THEN
$     TCPIP SHOW CONFIGURATION INTERFACE WE0
$     TYPE SYS$INPUT

	Compaq TCP/IP Services for OpenVMS Interface WE0 Reconfiguration Menu

	Configuration options:

		 1  -  Configure interface manually   (Current default)
		 2  -  Let DHCP configure interface

		[E] -  Exit menu (Do not reconfigure interface WE0)

$ ELSE
$     TYPE SYS$INPUT
	WE0 has not been configured

	Compaq TCP/IP Services for OpenVMS Interface WE0 Configuration Menu

	Configuration options:

		 1  -  Configure interface manually
		 2  -  Let DHCP configure interface

		[E] -  Exit menu (Do not configure interface WE0)

$ ENDIF
$ PROMPT = "Enter configuration option: "
$ GOSUB ASK
$ IF ANSWER .EQS. "2"
$ THEN
$     TCPIP SET CONFIGURATION INTERFACE WE0 /DHCP /PRIMARY
$     GOSUB NOTE_CHANGE
$ ENDIF
$ IF ANSWER .EQS. "1" THEN GOSUB INTERFACE_MANUALLY
$ TYPE SYS$INPUT

    End of configuration questions for Internet interface WE0

$ RETURN
$!
$INTERFACE_MANUALLY:
$ GOSUB READ_DOMAIN
$ PROMPT = "Enter fully qualified host name: "
$ GOSUB ASK
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF ANSWER .EQS. "" THEN GOTO INTERFACE_MANUALLY
$ HOST = F$EDIT(ANSWER,"LOWERCASE")
$ IF F$LOCATE(".",HOST) .EQ. F$LENGTH(HOST) .AND. LOCAL_DOMAIN .NES. "" THEN HOST = HOST + "." + LOCAL_DOMAIN
$ SHORT = F$ELEMENT(0,".",HOST)
$ PROMPT = "Enter Internet address for ''SHORT': "
$ DEFAULT_ADDRESS = ""
$ GOSUB ASK_ADDRESS
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ ADDRESS = ANSWER
$ FIRST = F$INTEGER(F$ELEMENT(0,".",ADDRESS))
$ DEFAULT_ADDRESS = "255.0.0.0"
$ IF FIRST .GE. 128 THEN DEFAULT_ADDRESS = "255.255.0.0"
$ IF FIRST .GE. 192 THEN DEFAULT_ADDRESS = "255.255.255.0"
$ PROMPT = "Enter Internet network mask for ''SHORT' [''DEFAULT_ADDRESS']: "
$ GOSUB ASK_ADDRESS
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ MASK = ANSWER
$ DEFAULT_ADDRESS = ""
$ OCTET = 0
$BROADCAST:
$ A = F$INTEGER(F$ELEMENT(OCTET,".",ADDRESS))
$ M = F$INTEGER(F$ELEMENT(OCTET,".",MASK))
$ BYTE = (A .OR. (.NOT. M)) .AND. 255
$ DEFAULT_ADDRESS = DEFAULT_ADDRESS + "." + F$STRING(BYTE)
$ OCTET = OCTET + 1
$ IF OCTET .LT. 4 THEN GOTO BROADCAST
$ DEFAULT_ADDRESS = DEFAULT_ADDRESS - "."
$ PROMPT = "Enter broadcast mask for ''SHORT' [''DEFAULT_ADDRESS']: "
$ GOSUB ASK_ADDRESS
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ BROADCAST = ANSWER
$ TYPE SYS$INPUT

    The following parameters will be used to define the
    Internet interface WE0:

$ SAY "      Host name:         ", HOST
$ SAY "      Internet address:  ", ADDRESS
$ SAY "      Network mask:      ", MASK
$ SAY "      Broadcast mask:    ", BROADCAST
$ SAY ""
$ PROMPT = " * Is the above correct [YES]: "
$ DEFAULT = 1
$ GOSUB YES_OR_NO
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF .NOT. YES THEN GOTO INTERFACE_MANUALLY
$ GOSUB SET_HOST
$ TCPIP SET CONFIGURATION INTERFACE WE0 /NODHCP /HOST="''ADDRESS'" /NETWORK_MASK='MASK' /BROADCAST_MASK='BROADCAST'
$ IF .NOT. $STATUS THEN GOTO NOTE_CHANGE
$ TCPIP SET CONFIGURATION COMMUNICATION /LOCAL_HOST="''HOST'"
$ GOTO NOTE_CHANGE
$!
$! Enter HOST with ADDRESS into the hosts database, with its short name and both in
$! the other case.
$!
$SET_HOST:
$ DEFINE/USER_MODE SYS$OUTPUT NL:
$ DEFINE/USER_MODE SYS$ERROR NL:
$ TCPIP SET NOHOST "''HOST'" /NOCONFIRM
$ SHORT = F$ELEMENT(0,".",HOST)
$ ALIASES = """" + F$EDIT(HOST,"UPCASE") + """"
$ IF SHORT .NES. HOST THEN ALIASES = ALIASES + ",""" + SHORT + """,""" + F$EDIT(SHORT,"UPCASE") + """"
$ TCPIP SET HOST "''HOST'" /ADDRESS='ADDRESS' /ALIAS=('ALIASES')
$ RETURN
$!
$ROUTING:
$ GOSUB CLEAR
$ TYPE SYS$INPUT

DYNAMIC ROUTING Configuration

 Dynamic routing has not been configured.

 You may configure dynamic ROUTED or GATED routing.
 You cannot enable both at the same time.  If you want
 to change from one to the other, you must disable the
 current routing first, then enable the desired routing.

 If you enable dynamic ROUTED routing, this host will use the
 Routing Information Protocol (RIP) - Version 1 to listen
 for all dynamic routing information coming from other
 hosts to update its internal routing tables.
 It will also supply its own Internet addresses to
 routing requests made from remote hosts.

 If you enable dynamic GATED routing, you will be able to
 configure this host to use any combination of the following
 routing protocols to exchange dynamic routing information
 with other hosts on the network:
    Routing Information Protocol (RIP) - Version 1 & 2
    Router Discovery Protocol (RDISC)
    Open Shortest Path First (OSPF)
    Exterior Gateway Protocol (EGP)
    Border Gateway Protocol (BGP-4)
    Static routes

$ PROMPT = "* Do you want to configure dynamic ROUTED or GATED routing [NO]: "
$ DEFAULT = 0
$ GOSUB YES_OR_NO
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF YES
$ THEN
$     PROMPT = "* Do you want to enable GATED routing configuration [NO]: "
$     GOSUB YES_OR_NO
$     SERVICE = "ROUTED"
$     IF YES THEN SERVICE = "GATED"
$     GOSUB NOT_INSTALLED
$ ENDIF
$ COMMAND = "SHOW ROUTE /DEFAULT_ROUTE /PERMANENT"
$ GOSUB CAPTURE
$ IF CAPTURED
$ THEN
$     SAY ""
$     SAY "	The current configuration for the default route is:"
$     TYPE 'SCRATCH'
$     SAY ""
$     GOSUB DISCARD
$     PROMPT = "* Do you want to reconfigure a default route [NO]: "
$ ELSE
$     SAY ""
$     SAY "	A default route has not been configured."
$     PROMPT = "* Do you want to configure a default route [YES]: "
$     DEFAULT = 1
$ ENDIF
$ GOSUB YES_OR_NO
$ IF .NOT. YES THEN RETURN
$GATEWAY:
$ PROMPT = "Enter your Default Gateway host name or address: "
$ GOSUB ASK
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF ANSWER .EQS. "" THEN GOTO GATEWAY
$ HOST = F$EDIT(ANSWER,"LOWERCASE")
$ WHAT = "the Default Gateway host name"
$ WHERE = "the default gateway"
$ GOSUB KNOW_HOST
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF CAPTURED
$ THEN
$     DEFINE/USER_MODE SYS$OUTPUT NL:
$     DEFINE/USER_MODE SYS$ERROR NL:
$     TCPIP SET NOROUTE /DEFAULT_ROUTE /PERMANENT /NOCONFIRM
$ ENDIF
$ TCPIP SET ROUTE /DEFAULT_ROUTE /GATEWAY="''HOST'" /PERMANENT
$ GOTO NOTE_CHANGE
$!
$! See that HOST, a name or an address, is in the hosts database: ask for the address
$! of a name, and whether an address shall have one.
$!
$KNOW_HOST:
$ DEFINE/USER_MODE SYS$OUTPUT NL:
$ DEFINE/USER_MODE SYS$ERROR NL:
$ TCPIP SHOW HOST "''HOST'" /LOCAL
$ IF $STATUS THEN RETURN
$ CHECK = HOST
$ GOSUB IS_ADDRESS
$ IF .NOT. VALID
$ THEN
$     SAY ""
$     SAY "	", HOST, " is not in the local host database."
$     SAY ""
$     PROMPT = "Enter Internet address for ''HOST': "
$     DEFAULT_ADDRESS = ""
$     GOSUB ASK_ADDRESS
$     IF ANSWER .EQS. "^Z" THEN RETURN
$     ADDRESS = ANSWER
$     GOSUB SET_HOST
$     RETURN
$ ENDIF
$ ADDRESS = HOST
$ SAY ""
$ SAY "	", HOST, " is not in the local host database."
$ SAY "	If you want to enter ", WHERE, " in the local host"
$ SAY "	database, enter its host name. Otherwise, enter <RETURN>."
$ SAY ""
$ PROMPT = "Enter ''WHAT' []: "
$ GOSUB ASK
$ IF ANSWER .EQS. "" .OR. ANSWER .EQS. "^Z" THEN RETURN
$ HOST = F$EDIT(ANSWER,"LOWERCASE")
$ GOSUB SET_HOST
$ RETURN
$!
$RESOLVER:
$ GOSUB CLEAR
$ SAY ""
$ SAY "BIND RESOLVER Configuration"
$ SAY ""
$ COMMAND = "SHOW CONFIGURATION NAME_SERVICE"
$ GOSUB CAPTURE
$ IF .NOT. CAPTURED THEN GOTO NEW_RESOLVER
$ SAY " A BIND resolver has already been configured."
$ TYPE 'SCRATCH'
$ GOSUB DISCARD
$ SAY ""
$ PROMPT = "* Do you want to reconfigure BIND [NO]: "
$ DEFAULT = 0
$ GOSUB YES_OR_NO
$ IF .NOT. YES THEN RETURN
$ GOTO RESOLVER_SERVERS
$NEW_RESOLVER:
$ TYPE SYS$INPUT
 A BIND resolver has not been configured.

 Compaq TCP/IP Services for OpenVMS supports the Berkeley Internet Name
 Domain (BIND) resolver.  BIND is a network service that enables clients
 to name resources or objects and share information with other objects
 on the network.

 Before configuring your system as a BIND resolver, you should
 first be sure that there is at least one system on the network
 configured as either a BIND primary or secondary server for
 this domain.

 You can specify a BIND server by its address or name;
 however, if specified by name, an entry for it must
 exist in the TCPIP$HOST database.

 You will be asked one question for each server.
 Press Return at the prompt to terminate the list.

$RESOLVER_SERVERS:
$ SERVERLIST = ""
$ COUNT = 0
$RESOLVER_NEXT:
$ PROMPT = "Enter your BIND server name: "
$ IF COUNT .GT. 0 THEN PROMPT = "Enter next BIND server name: "
$ GOSUB ASK
$ IF ANSWER .EQS. "^Z" .OR. ANSWER .EQS. "" THEN GOTO RESOLVER_DONE
$ HOST = F$EDIT(ANSWER,"LOWERCASE")
$ WHAT = "remote BIND server name"
$ WHERE = "the BIND server"
$ GOSUB KNOW_HOST
$ IF ANSWER .EQS. "^Z" THEN GOTO RESOLVER_DONE
$ SERVERLIST = SERVERLIST + ",""" + HOST + """"
$ COUNT = COUNT + 1
$ IF COUNT .LT. 3 THEN GOTO RESOLVER_NEXT
$RESOLVER_DONE:
$ IF COUNT .EQ. 0
$ THEN
$     SAY ""
$     SAY "WARNING : No servers defined. The BIND resolver will not be enabled."
$     GOTO PRESS_RETURN
$ ENDIF
$ SERVERLIST = SERVERLIST - ","
$ DEFINE/USER_MODE SYS$OUTPUT NL:
$ DEFINE/USER_MODE SYS$ERROR NL:
$ TCPIP SET CONFIGURATION NONAME_SERVICE
$ TCPIP SET CONFIGURATION NAME_SERVICE /TRANSPORT=UDP /SERVER=('SERVERLIST') /ENABLE
$ OK = $STATUS
$ GOSUB NOTE_CHANGE
$ IF .NOT. OK THEN RETURN
$ SAY ""
$ FILE = "IPNODES"
$ GOSUB CREATE_ETC
$ FILE = "SERVICES"
$ GOSUB CREATE_ETC
$ RETURN
$!
$TIME_ZONE:
$ GOSUB CLEAR
$ TYPE SYS$INPUT

TIME ZONE Configuration

  TCPIP uses timezone information provided by the OpenVMS Operating
  System. No additional timezone configuration is needed for TCPIP
  when the operating system is configured correctly.

  This section verifies the current OpenVMS timezone configuration.
  A warning message (TCPIP-W-) indicates that corrective action should
  be taken. TCPIP will appear to operate but components may display
  either the wrong time or a time inconsistent with other applications.

$ IF F$TRNLNM("SYS$TIMEZONE_RULE") .NES. ""
$ THEN
$     SAY "%TCPIP-I-INFO, Logical name SYS$TIMEZONE_RULE found."
$     SAY "-TCPIP-I-INFO, Software for automatic Summer/Winter time (TDF) change"
$     SAY "-TCPIP-I-INFO, is present."
$     SAY "-TCPIP-I-INFO, Further action to ensure TDF change is not necessary."
$     SAY ""
$     SAY "%TCPIP-I-NORMAL, timezone information verified"
$ ELSE
$     SAY "%TCPIP-W-INFO, Logical name SYS$TIMEZONE_RULE not found."
$     SAY "-TCPIP-W-INFO, Set the time zone of the operating system."
$ ENDIF
$ GOSUB PRESS_RETURN
$ RETURN
$!
$! -- Client and server components -------------------------------------------------
$!
$CLIENT_MENU:
$ LIST = CLIENTS
$ GOSUB READ_STATES
$ GOSUB CLEAR
$ TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS Client Components Configuration Menu

	Configuration options:

$ NUMBER = 1
$CLIENT_LINE:
$ GOSUB MENU_ENTRY
$ SAY F$FAO("		 !UL  -  !17AS!9AS!AS",NUMBER,MENU_TEXT,WORD1,WORD2)
$ NUMBER = NUMBER + 1
$ IF NUMBER .LE. 8 THEN GOTO CLIENT_LINE
$ SAY ""
$ SAY "		 A  -  Configure options 1 - 8"
$ SAY "		[E] -  Exit menu"
$ SAY ""
$ LAST = 8
$ GOSUB CHOOSE_COMPONENT
$ IF AGAIN THEN GOTO CLIENT_MENU
$ RETURN
$!
$SERVER_MENU:
$ LIST = SERVERS
$ GOSUB READ_STATES
$ GOSUB CLEAR
$ TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS Server Components Configuration Menu

$ ROW = 1
$SERVER_LINE:
$ NUMBER = ROW
$ GOSUB MENU_ENTRY
$ LINE = F$FAO(" !2UL - !13AS!9AS!AS",NUMBER,MENU_TEXT,WORD1,WORD2)
$ NUMBER = ROW + 11
$ IF NUMBER .LE. 21
$ THEN
$     GOSUB MENU_ENTRY
$     LINE = F$FAO("!39AS!2UL - !12AS!9AS!AS",LINE,NUMBER,MENU_TEXT,WORD1,WORD2)
$ ENDIF
$ SAY LINE
$ ROW = ROW + 1
$ IF ROW .LE. 11 THEN GOTO SERVER_LINE
$ SAY ""
$ SAY "  A  -  Configure options 1 - 21"
$ SAY " [E] -  Exit menu"
$ SAY ""
$ LAST = 21
$ GOSUB CHOOSE_COMPONENT
$ IF AGAIN THEN GOTO SERVER_MENU
$ RETURN
$!
$! Ask for one of the components 1 to LAST of LIST and configure it. AGAIN: show the
$! menu again.
$!
$CHOOSE_COMPONENT:
$ PROMPT = "Enter configuration option: "
$ GOSUB ASK
$ OPTION = F$EDIT(ANSWER,"UPCASE")
$ AGAIN = OPTION .NES. "" .AND. OPTION .NES. "E" .AND. OPTION .NES. "^Z"
$ IF .NOT. AGAIN THEN RETURN
$ IF OPTION .EQS. "A" THEN GOSUB COMPONENTS_ALL
$ IF F$TYPE(OPTION) .NES. "INTEGER" THEN RETURN
$ NUMBER = F$INTEGER(OPTION)
$ IF NUMBER .GE. 1 .AND. NUMBER .LE. LAST THEN GOSUB COMPONENT
$ RETURN
$!
$COMPONENTS_ALL:
$ NUMBER = 1
$COMPONENTS_NEXT:
$ IF F$ELEMENT(NUMBER-1,";",LIST) .EQS. ";" THEN RETURN
$ GOSUB COMPONENT
$ NUMBER = NUMBER + 1
$ GOTO COMPONENTS_NEXT
$!
$! MENU_TEXT, TITLE and SERVICES of entry NUMBER of LIST, and what the menu says of it:
$! WORD1 Enabled or Disabled, WORD2 Started or Stopped.
$!
$MENU_ENTRY:
$ ENTRY = F$ELEMENT(NUMBER-1,";",LIST)
$ MENU_TEXT = F$ELEMENT(0,"|",ENTRY)
$ TITLE = F$ELEMENT(1,"|",ENTRY)
$ SERVICES = F$ELEMENT(2,"|",ENTRY)
$ SERVICE = F$ELEMENT(0,",",SERVICES)
$ ENABLED = F$LOCATE(",''SERVICE',",ENABLED_LIST) .LT. F$LENGTH(ENABLED_LIST)
$ STARTED = F$LOCATE(",''SERVICE',",STARTED_LIST) .LT. F$LENGTH(STARTED_LIST)
$ WORD1 = "Disabled"
$ IF ENABLED THEN WORD1 = "Enabled"
$ WORD2 = "Stopped"
$ IF STARTED THEN WORD2 = "Started"
$ RETURN
$!
$! The screen of component NUMBER of LIST.
$!
$COMPONENT:
$ GOSUB READ_STATES
$ GOSUB MENU_ENTRY
$ EXIT_WORD = F$EDIT(TITLE,"COLLAPSE")
$ IF F$LOCATE(" CLIENT",TITLE) .LT. F$LENGTH(TITLE) THEN EXIT_WORD = TITLE - " CLIENT" + "_CLIENT"
$ IF F$LOCATE(" and ",TITLE) .LT. F$LENGTH(TITLE) THEN EXIT_WORD = TITLE
$ GOSUB CLEAR
$ SAY ""
$ SAY TITLE, " Configuration"
$ SAY ""
$ IF F$SEARCH("SYS$STARTUP:TCPIP$''SERVICE'_STARTUP.COM") .EQS. ""
$ THEN
$     GOSUB NOT_INSTALLED
$     GOSUB PRESS_RETURN
$     RETURN
$ ENDIF
$ GOSUB IS_RUNNING
$ IF F$TYPE(S_'SERVICE') .NES. "" THEN GOSUB SAY_WHAT_IS_MISSING
$ IF ENABLED
$ THEN
$     SAY "Service is enabled on specific node."
$ ELSE
$     SAY "Service is not enabled."
$ ENDIF
$ IF STARTED
$ THEN
$     SAY "Service is started."
$ ELSE
$     SAY "Service is stopped."
$ ENDIF
$ SAY ""
$ SAY "	", TITLE, " configuration options:"
$ SAY ""
$ CHOICE1 = "Enable service on this node"
$ CHOICE2 = "Enable & Start service on this node"
$ IF ENABLED
$ THEN
$     CHOICE1 = "Disable service on this node"
$     CHOICE2 = "Start service on this node"
$     IF STARTED THEN CHOICE2 = "Disable & Stop service on this node"
$ ENDIF
$ SAY "		 1 - ", CHOICE1
$ IF RUNNING THEN SAY "		 2 - ", CHOICE2
$ SAY ""
$ SAY "		[E] - Exit ", EXIT_WORD, " configuration"
$ SAY ""
$ PROMPT = "Enter configuration option: "
$COMPONENT_AGAIN:
$ GOSUB ASK
$ OPTION = F$EDIT(ANSWER,"UPCASE")
$ IF OPTION .EQS. "" .OR. OPTION .EQS. "E" .OR. OPTION .EQS. "^Z" THEN RETURN
$ IF OPTION .NES. "1" .AND. .NOT. (OPTION .EQS. "2" .AND. RUNNING) THEN GOTO COMPONENT_AGAIN
$ PART = 0
$COMPONENT_PART:
$ SERVICE = F$ELEMENT(PART,",",SERVICES)
$ IF SERVICE .EQS. "," THEN RETURN
$ PROCEDURE = ""
$ OK = 1
$ IF ENABLED
$ THEN
$     IF OPTION .EQS. "1" .OR. STARTED THEN GOSUB DISABLE
$     IF OPTION .EQS. "2" THEN PROCEDURE = "STARTUP"
$     IF OPTION .EQS. "2" .AND. STARTED THEN PROCEDURE = "SHUTDOWN"
$ ELSE
$     GOSUB ENABLE
$     IF OPTION .EQS. "2" .AND. OK THEN PROCEDURE = "STARTUP"
$ ENDIF
$ IF PROCEDURE .NES. "" THEN @SYS$STARTUP:TCPIP$'SERVICE'_'PROCEDURE'.COM
$ IF PROCEDURE .NES. "" .OR. .NOT. OK THEN GOSUB PRESS_RETURN
$ PART = PART + 1
$ GOTO COMPONENT_PART
$!
$SAY_WHAT_IS_MISSING:
$ IF F$IDENTIFIER("TCPIP$''SERVICE'","NAME_TO_NUMBER") .EQ. 0
$ THEN
$     SAY "Service is not defined in the SYSUAF."
$ ELSE
$     SAY "Service is defined in the SYSUAF."
$ ENDIF
$ IF F$LOCATE(",''SERVICE',",SERVICE_LIST) .EQ. F$LENGTH(SERVICE_LIST) THEN -
      SAY "Service is not defined in the TCPIP$SERVICE database."
$ IF SERVICE .NES. "SMTP" THEN RETURN
$ COMMAND = "SHOW CONFIGURATION SMTP"
$ GOSUB CAPTURE
$ GOSUB DISCARD
$ IF .NOT. CAPTURED THEN SAY "Configuration is not defined in the TCPIP$CONFIGURATION database."
$ RETURN
$!
$! fidelity: the message is ours; the real product has all its components.
$!
$NOT_INSTALLED:
$ SAY "%TCPIP-E-NOTINSTALL, component ''SERVICE' is not installed on this system"
$ SAY "-TCPIP-E-NOFILE, cannot access SYS$STARTUP:TCPIP$''SERVICE'_STARTUP.COM"
$ STATUS = %X10000002
$ RETURN
$!
$! Make SERVICE known, ready and enabled at startup. OK tells whether it worked.
$!
$ENABLE:
$ OK = 0
$ IF F$TYPE(S_'SERVICE') .EQS. "" THEN GOTO ENABLE_IT
$ GOSUB ACCOUNT
$ IF .NOT. OK THEN RETURN
$ VALUES = S_'SERVICE'
$ PORT = F$ELEMENT(0,"|",VALUES)
$ PROTOCOL = F$ELEMENT(1,"|",VALUES)
$ LIMIT = F$ELEMENT(4,"|",VALUES)
$ RUN_FILE = "TCPIP$''SERVICE'_RUN"
$ IF F$TYPE(F_'SERVICE') .NES. "" THEN RUN_FILE = F_'SERVICE'
$ IF F$LOCATE(",''SERVICE',",SERVICE_LIST) .EQ. F$LENGTH(SERVICE_LIST)
$ THEN
$     SAY "Creating ''SERVICE' Service Entry"
$     TCPIP SET SERVICE 'SERVICE' /PORT='PORT' /PROTOCOL='PROTOCOL' /PROCESS_NAME=TCPIP$'SERVICE' -
          /USER_NAME=TCPIP$'SERVICE' /FILE=TCPIP$SYSTEM:'RUN_FILE'.COM /LIMIT='LIMIT'
$     OK = $STATUS
$     IF .NOT. OK THEN RETURN
$ ENDIF
$ IF SERVICE .EQS. "SMTP" THEN GOSUB SMTP_QUEUES
$ENABLE_IT:
$ TCPIP SET CONFIGURATION ENABLE SERVICE 'SERVICE'
$ OK = $STATUS
$ IF OK THEN CHANGED = 1
$ IF .NOT. OK THEN STATUS = %X10000002
$ RETURN
$!
$DISABLE:
$ TCPIP SET CONFIGURATION ENABLE NOSERVICE 'SERVICE'
$ OK = $STATUS
$ IF .NOT. OK THEN STATUS = %X10000002
$ RETURN
$!
$! The account of SERVICE with its directory, in the UIC group TCPIP$AUX.
$!
$ACCOUNT:
$ GOSUB AUX_IDENTIFIER
$ IF .NOT. OK THEN RETURN
$ ACCOUNT = "TCPIP$''SERVICE'"
$ VALUES = S_'SERVICE'
$ PLACE = F$ELEMENT(2,"|",VALUES)
$ PRIVILEGES = F$ELEMENT(3,"|",VALUES)
$ IF PRIVILEGES .NES. "" THEN PRIVILEGES = "," + PRIVILEGES
$ IF F$IDENTIFIER(ACCOUNT,"NAME_TO_NUMBER") .EQ. 0
$ THEN
$     MEMBER = 0
$ACCOUNT_MEMBER:
$     MEMBER = MEMBER + 1
$     IF F$IDENTIFIER(AUX_VALUE-65535+MEMBER,"NUMBER_TO_NAME") .NES. "" THEN GOTO ACCOUNT_MEMBER
$     UIC = F$FAO("[!OW,!OW]",(AUX_VALUE-65535)/65536,MEMBER)
$     PASSWORD = F$EDIT(F$CVTIME(,,"TIME"),"COLLAPSE") - ":" - ":" - "." + F$GETJPI("","PID") + F$STRING(F$GETJPI("","CPUTIM"))
$     SET DEFAULT SYS$SYSTEM
$     DEFINE/USER_MODE SYS$OUTPUT 'SCRATCH'
$     DEFINE/USER_MODE SYS$ERROR NL:
$     MCR AUTHORIZE ADD 'ACCOUNT' /UIC='UIC' /ACCOUNT=TCPIP /OWNER="''ACCOUNT'" /PASSWORD="''PASSWORD'" /NOPWDEXPIRED /PWDLIFETIME=NONE -
          /DEVICE='F$ELEMENT(0,"[",PLACE)' /DIRECTORY=['F$ELEMENT(1,"[",PLACE)' /FLAGS=(DISCTLY,DISMAIL,RESTRICTED,NODISUSER) -
          /NOLOCAL /NODIALUP /NOREMOTE /NETWORK /BATCH /PRIVILEGES=(TMPMBX,NETMBX'PRIVILEGES') /DEFPRIVILEGES=(TMPMBX,NETMBX'PRIVILEGES') -
          /FILLM=1000 /BYTLM=1000000 /BIOLM=2000 /DIOLM=2000 /ASTLM=2000 /TQELM=200 /ENQLM=10000 /JTQUOTA=4096 /PRCLM=100 -
          /PGFLQUOTA=500000 /WSDEFAULT=2000 /WSQUOTA=8000 /WSEXTENT=65536
$     OK = $STATUS
$     SET DEFAULT 'DEFAULT_DIRECTORY'
$     IF .NOT. OK THEN TYPE 'SCRATCH'
$     GOSUB DISCARD
$     IF .NOT. OK THEN RETURN
$ ENDIF
$ IF F$PARSE(PLACE) .EQS. "" THEN CREATE/DIRECTORY/OWNER_UIC=['ACCOUNT']/PROTECTION=(S:RWE,O:RWE,G:RE,W:E) 'PLACE'
$ IF F$SEARCH("''PLACE'LOGIN.COM") .EQS. ""
$ THEN
$     OPEN/WRITE OUT 'PLACE'LOGIN.COM
$     WRITE OUT "$! LOGIN.COM - the login procedure of the account ''ACCOUNT'."
$     WRITE OUT "$ EXIT"
$     CLOSE OUT
$     SET FILE/OWNER_UIC=['ACCOUNT'] 'PLACE'LOGIN.COM
$     SET SECURITY/PROTECTION=(S:RWED,O:RWED,G:RE,W) 'PLACE'LOGIN.COM
$ ENDIF
$ OK = 1
$ RETURN
$!
$! The identifier TCPIP$AUX; AUX_VALUE is its value. The manager is asked for the group
$! when it is in use, or the logical name TCPIP$ASK_GROUP_UIC is TRUE.
$! fidelity: the question is proposed, its text is not known.
$!
$AUX_IDENTIFIER:
$ OK = 1
$ AUX_VALUE = F$IDENTIFIER("TCPIP$AUX","NAME_TO_NUMBER")
$ IF AUX_VALUE .NE. 0 THEN RETURN
$ ASKED = F$TRNLNM("TCPIP$ASK_GROUP_UIC")
$ IF F$EDIT(ASKED,"UPCASE") .EQS. "TRUE" THEN GOTO ASK_GROUP
$TRY_GROUP:
$ AUX_VALUE = %O'AUX_GROUP' * 65536 + 65535
$ IF F$IDENTIFIER(AUX_VALUE,"NUMBER_TO_NAME") .NES. "" THEN GOTO GROUP_TAKEN
$ SET DEFAULT SYS$SYSTEM
$ DEFINE/USER_MODE SYS$OUTPUT NL:
$ DEFINE/USER_MODE SYS$ERROR NL:
$ MCR AUTHORIZE SHOW/BRIEF ['AUX_GROUP',*]
$ TAKEN = $STATUS
$ SET DEFAULT 'DEFAULT_DIRECTORY'
$ IF TAKEN THEN GOTO GROUP_TAKEN
$ SAY "Creating TCPIP$AUX identifier with a value of ''AUX_GROUP'"
$ SET DEFAULT SYS$SYSTEM
$ DEFINE/USER_MODE SYS$OUTPUT 'SCRATCH'
$ DEFINE/USER_MODE SYS$ERROR NL:
$ MCR AUTHORIZE ADD/IDENTIFIER TCPIP$AUX /VALUE=UIC:['AUX_GROUP',177777]
$ OK = $STATUS
$ SET DEFAULT 'DEFAULT_DIRECTORY'
$ IF .NOT. OK THEN TYPE 'SCRATCH'
$ GOTO DISCARD
$GROUP_TAKEN:
$ SAY ""
$ SAY " The UIC group ''AUX_GROUP' is already in use on this system."
$ASK_GROUP:
$ PROMPT = "Enter the UIC group number for the TCP/IP services [''AUX_GROUP']: "
$ GOSUB ASK
$ OK = ANSWER .NES. "^Z"
$ IF .NOT. OK THEN RETURN
$ IF ANSWER .EQS. "" THEN ANSWER = AUX_GROUP
$ IF F$TYPE(ANSWER) .NES. "INTEGER" THEN GOTO ASK_GROUP
$ IF F$LOCATE("8",ANSWER) .LT. F$LENGTH(ANSWER) .OR. F$LOCATE("9",ANSWER) .LT. F$LENGTH(ANSWER) THEN GOTO ASK_GROUP
$ IF %O'ANSWER' .LT. 1 .OR. %O'ANSWER' .GT. %O37776 THEN GOTO ASK_GROUP
$ AUX_GROUP = ANSWER
$ GOTO TRY_GROUP
$!
$! The configuration record of SMTP, its files, and its queues, which START MAIL starts.
$!
$SMTP_QUEUES:
$ COMMAND = "SHOW CONFIGURATION SMTP"
$ GOSUB CAPTURE
$ GOSUB DISCARD
$ IF .NOT. CAPTURED THEN TCPIP SET CONFIGURATION SMTP
$ IF F$SEARCH("''PLACE'SMTP_CONFIG.TEMPLATE") .EQS. ""
$ THEN
$     COPY SYS$COMMON:[SYSHLP.EXAMPLES.TCPIP]SMTP_CONFIG.TEMPLATE 'PLACE'
$     SET FILE/OWNER_UIC=['ACCOUNT'] 'PLACE'SMTP_CONFIG.TEMPLATE
$     SET SECURITY/PROTECTION=(S:RWED,O:RWED,G:RE,W:RE) 'PLACE'SMTP_CONFIG.TEMPLATE
$ ENDIF
$ IF F$GETQUI("DISPLAY_MANAGER","MANAGER_STATUS","*") .EQS. "" THEN RETURN
$ NODE = F$GETSYI("NODENAME")
$ QUEUE = "TCPIP$SMTP_''NODE'"
$ IF F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME","''QUEUE'_01") .EQS. "" THEN -
      INITIALIZE/QUEUE/DEVICE=SERVER/PROCESSOR=TCPIP$SMTP_SYMBIONT/ON='NODE':: 'QUEUE'_01
$ IF F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME","''QUEUE'_00") .EQS. "" THEN -
      INITIALIZE/QUEUE/DEVICE=SERVER/GENERIC=('QUEUE'_01) 'QUEUE'_00
$ RETURN
$!
$! -- Optional components and tests ------------------------------------------------
$!
$OPTIONAL_MENU:
$ GOSUB CLEAR
$ TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS Optional Components Configuration Menu

	Configuration options:

		 1 - Configure PWIP Driver (for DECnet-Plus and PATHWORKS)
		 2 - Configure SRI QIO Interface (INET Driver)
		 3 - Set up Anonymous FTP Account and Directories

		 A - Configure options 1 - 3
		[E] - Exit menu

$ PROMPT = "Enter configuration option: "
$ GOSUB ASK
$ OPTION = F$EDIT(ANSWER,"UPCASE")
$ IF OPTION .EQS. "" .OR. OPTION .EQS. "E" .OR. OPTION .EQS. "^Z" THEN RETURN
$ IF OPTION .EQS. "1" THEN GOSUB PWIP
$ IF OPTION .EQS. "2" THEN GOSUB INET_DRIVER
$ IF OPTION .EQS. "3" THEN GOSUB ANONYMOUS
$ IF OPTION .EQS. "A" THEN GOSUB OPTIONAL_ALL
$ GOTO OPTIONAL_MENU
$!
$OPTIONAL_ALL:
$ GOSUB PWIP
$ GOSUB INET_DRIVER
$ GOSUB ANONYMOUS
$ RETURN
$PWIP:
$ TITLE = "TCPIP Transport for DECnet and Pathworks Service"
$ SERVICE = "PWIP_DRIVER"
$ GOTO OPTIONAL
$INET_DRIVER:
$ TITLE = "SRI QIO Interface"
$ SERVICE = "INET_DRIVER"
$ GOTO OPTIONAL
$ANONYMOUS:
$ TITLE = "Anonymous FTP"
$ SERVICE = "FTP"
$OPTIONAL:
$ GOSUB CLEAR
$ SAY ""
$ SAY TITLE, " Configuration"
$ SAY ""
$ GOSUB NOT_INSTALLED
$ GOSUB PRESS_RETURN
$ RETURN
$!
$TEST_MENU:
$ GOSUB CLEAR
$ TYPE SYS$INPUT

Compaq TCP/IP Services for OpenVMS TEST Menu

	Test options:

		 1  -  Internet IVP
		 2  -  SNMP IVP

		 A  -  Tests 1 - 2
		[E] -  Exit menu

$ PROMPT = "Enter test option: "
$ GOSUB ASK
$ OPTION = F$EDIT(ANSWER,"UPCASE")
$ IF OPTION .EQS. "" .OR. OPTION .EQS. "E" .OR. OPTION .EQS. "^Z" THEN RETURN
$ TEST = "TCPIP$IVP"
$ IF OPTION .EQS. "1" .OR. OPTION .EQS. "A" THEN GOSUB RUN_TEST
$ TEST = "TCPIP$SNMPIVP"
$ IF OPTION .EQS. "2" .OR. OPTION .EQS. "A" THEN GOSUB RUN_TEST
$ GOTO TEST_MENU
$!
$RUN_TEST:
$ SAY ""
$ IF F$SEARCH("SYS$TEST:''TEST'.COM") .EQS. ""
$ THEN
$     SAY "%TCPIP-E-NOTINSTALL, the test is not installed on this system"
$     SAY "-TCPIP-E-NOFILE, cannot access SYS$TEST:''TEST'.COM"
$ ELSE
$     @SYS$TEST:'TEST'.COM
$     SAY "IVP request completed."
$ ENDIF
$ GOSUB PRESS_RETURN
$ RETURN
$!
$! -- Without menus ----------------------------------------------------------------
$!
$WITHOUT_MENUS:
$ OPTIONS = ",ALL,CLIENT,DHCP,MINIMUM,SERVER,WORKSTATION,"
$ IF F$LOCATE(",''P1',",OPTIONS) .EQ. F$LENGTH(OPTIONS) .OR. (P2 .NES. "ENABLE" .AND. P2 .NES. "DISABLE") .OR. (P3 .NES. "" .AND. P3 .NES. "CLUSTER")
$ THEN
$!    fidelity: the real refusal is not known.
$     SAY "%TCPIP-E-BADPARAM, use @SYS$MANAGER:TCPIP$CONFIG {ALL|CLIENT|MINIMUM|SERVER|WORKSTATION} {ENABLE|DISABLE} [CLUSTER]"
$     STATUS = %X10000002
$     GOTO LEAVE
$ ENDIF
$ GOSUB CHECK_DATABASES
$ IF P1 .EQS. "DHCP" THEN TCPIP SET CONFIGURATION INTERFACE WE0 /DHCP /PRIMARY
$ GOSUB READ_STATES
$ SERVICES = SET_'P1'
$ PART = 0
$SET_NEXT:
$ SERVICE = F$ELEMENT(PART,",",SERVICES)
$ IF SERVICE .EQS. "," THEN GOTO LEAVE
$ PART = PART + 1
$ IS_ENABLED = F$LOCATE(",''SERVICE',",ENABLED_LIST) .LT. F$LENGTH(ENABLED_LIST)
$ IF P3 .EQS. "CLUSTER" .AND. (SERVICE .EQS. "SMTP" .OR. SERVICE .EQS. "BIND") THEN -
      SAY "%TCPIP-I-INFO, service ''SERVICE' is configured for this node only"
$ IF P2 .EQS. "DISABLE"
$ THEN
$     IF IS_ENABLED THEN GOSUB DISABLE
$     GOTO SET_NEXT
$ ENDIF
$ IF F$SEARCH("SYS$STARTUP:TCPIP$''SERVICE'_STARTUP.COM") .EQS. ""
$ THEN
$     GOSUB NOT_INSTALLED
$ ELSE
$     IF .NOT. IS_ENABLED THEN GOSUB ENABLE
$ ENDIF
$ GOTO SET_NEXT
$!
$! -- The databases ----------------------------------------------------------------
$!
$! The names by which the databases are found, while the product has not defined them.
$!
$DEFINE_NAMES:
$ PART = 0
$DEFINE_NEXT:
$ NAME = F$ELEMENT(PART,",",DATABASES)
$ IF NAME .EQS. "," THEN GOTO DEFINE_ETC
$ IF F$TRNLNM("TCPIP$''NAME'") .EQS. ""
$ THEN
$     DEFINE/NOLOG TCPIP$'NAME' SYS$COMMON:[SYSEXE]TCPIP$'NAME'.DAT
$     DEFINED = DEFINED + NAME + ","
$ ENDIF
$ PART = PART + 1
$ GOTO DEFINE_NEXT
$DEFINE_ETC:
$ IF F$TRNLNM("TCPIP$ETC") .EQS. ""
$ THEN
$     DEFINE/NOLOG TCPIP$ETC SYS$SYSDEVICE:[TCPIP$ETC]
$     DEFINED = DEFINED + "ETC,"
$ ENDIF
$ RETURN
$!
$! Convert what UCX has left, or create the databases that are missing.
$!
$CHECK_DATABASES:
$ CREATED = 0
$ IF F$SEARCH("SYS$COMMON:[SYSEXE]TCPIP$CONFIGURATION.DAT") .EQS. "" .AND. F$SEARCH("SYS$COMMON:[SYSEXE]UCX$CONFIGURATION.DAT") .NES. "" THEN -
      GOSUB CONVERT
$ PART = 0
$CHECK_NEXT:
$ NAME = F$ELEMENT(PART,",",DATABASES)
$ IF NAME .EQS. "," THEN GOTO CHECK_ETC
$ PART = PART + 1
$ IF F$SEARCH("TCPIP$''NAME'") .NES. "" THEN GOTO CHECK_NEXT
$ TCPIP CREATE 'NAME'
$ IF .NOT. $STATUS THEN GOTO CHECK_NEXT
$ SAY " Creating SYS$COMMON:[SYSEXE]TCPIP$''NAME'.DAT"
$ CREATED = 1
$ GOTO CHECK_NEXT
$CHECK_ETC:
$ FILE = "SYSCONFIGTAB"
$ GOSUB CREATE_ETC
$ IF .NOT. CREATED THEN SAY " No new database files were created."
$ RETURN
$!
$! A text file of TCPIP$ETC, for the manager to edit.
$!
$CREATE_ETC:
$ IF F$PARSE("TCPIP$ETC:") .EQS. "" THEN CREATE/DIRECTORY/PROTECTION=(S:RWE,O:RWE,G:RE,W:RE) TCPIP$ETC:
$ IF F$SEARCH("TCPIP$ETC:''FILE'.DAT") .NES. "" THEN RETURN
$ IF FILE .EQS. "SYSCONFIGTAB" THEN SAY " Creating TCPIP$ETC:''FILE'.DAT"
$ IF FILE .NES. "SYSCONFIGTAB" THEN SAY " Creating file TCPIP$ETC:''FILE'.DAT"
$ OPEN/WRITE OUT TCPIP$ETC:'FILE'.DAT
$ WRITE OUT "# ''FILE'.DAT"
$ IF FILE .EQS. "IPNODES" THEN WRITE OUT "::1		localhost"
$ IF FILE .EQS. "SERVICES"
$ THEN
$     WRITE OUT "ftp		21/tcp"
$     WRITE OUT "telnet		23/tcp"
$     WRITE OUT "smtp		25/tcp		mail"
$     WRITE OUT "domain		53/udp"
$     WRITE OUT "finger		79/tcp"
$     WRITE OUT "pop3		110/tcp"
$ ENDIF
$ CLOSE OUT
$ SET SECURITY/PROTECTION=(S:RWED,O:RWED,G:RE,W:RE) TCPIP$ETC:'FILE'.DAT
$ CREATED = 1
$ RETURN
$!
$! From UCX: copy each file, let the service of SMTP run our procedure under our account,
$! and configure again what was enabled; what is not installed is not enabled any more.
$!
$CONVERT:
$ TYPE SYS$INPUT

                              NOTE

 Configuration files of an earlier version of the product (UCX) have
 been found. They can be converted for this version; the old files
 stay as they are.

$ PROMPT = "Convert the old configuration files [Y]: "
$ DEFAULT = 1
$ IF P1 .NES. ""
$ THEN
$     YES = 1
$ ELSE
$     GOSUB YES_OR_NO
$ ENDIF
$ IF .NOT. YES THEN RETURN
$ SAY ""
$ SAY "Preparing files for conversion..."
$ SAY ""
$ OLD_FILES = DATABASES + ",EXPORT,PRINTCAP"
$ PART = 0
$CONVERT_NEXT:
$ NAME = F$ELEMENT(PART,",",OLD_FILES)
$ IF NAME .EQS. "," THEN GOTO CONVERTED
$ PART = PART + 1
$ OLD = "SYS$COMMON:[SYSEXE]UCX$''NAME'.DAT"
$ IF F$SEARCH(OLD) .EQS. "" .OR. F$SEARCH("SYS$COMMON:[SYSEXE]TCPIP$''NAME'.DAT") .NES. "" THEN GOTO CONVERT_NEXT
$ IF F$FILE_ATTRIBUTES(OLD,"ORG") .NES. "IDX" .AND. NAME .NES. "PRINTCAP"
$ THEN
$     SAY "%TCPIP-W-NOTCONV, UCX$''NAME'.DAT is not an indexed file and was not converted"
$     GOTO CONVERT_NEXT
$ ENDIF
$ COPY/NOLOG 'OLD';0 SYS$COMMON:[SYSEXE]TCPIP$'NAME'.DAT
$ IF $STATUS THEN SAY F$FAO("!23AS--> !AS","UCX$''NAME'.DAT","TCPIP$''NAME'.DAT")
$ GOTO CONVERT_NEXT
$CONVERTED:
$ SAY ""
$ GOSUB READ_STATES
$ IF F$LOCATE(",SMTP,",SERVICE_LIST) .LT. F$LENGTH(SERVICE_LIST) THEN -
      TCPIP SET SERVICE SMTP /FILE=TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM /USER_NAME=TCPIP$SMTP
$ SERVICES = ENABLED_LIST - ","
$ PART = 0
$CONVERT_SERVICE:
$ SERVICE = F$ELEMENT(PART,",",SERVICES)
$ IF SERVICE .EQS. "," .OR. SERVICE .EQS. "" THEN RETURN
$ PART = PART + 1
$ IF F$SEARCH("SYS$STARTUP:TCPIP$''SERVICE'_STARTUP.COM") .EQS. ""
$ THEN
$     GOSUB NOT_INSTALLED
$     GOSUB DISABLE
$ ELSE
$     GOSUB ENABLE
$ ENDIF
$ GOTO CONVERT_SERVICE
$!
$! -- What is there ----------------------------------------------------------------
$!
$! ENABLED_LIST: services enabled at startup; SERVICE_LIST: services of the database;
$! STARTED_LIST: those that run. Each as ,A,B,C,
$!
$READ_STATES:
$ ENABLED_LIST = ","
$ SERVICE_LIST = ","
$ STARTED_LIST = ","
$ COMMAND = "SHOW CONFIGURATION ENABLE SERVICE"
$ GOSUB CAPTURE
$ IF CAPTURED THEN GOSUB READ_ENABLED
$ GOSUB DISCARD
$ COMMAND = "SHOW SERVICE"
$ GOSUB CAPTURE
$ IF CAPTURED THEN GOSUB READ_SERVICES
$ GOSUB DISCARD
$ RETURN
$READ_ENABLED:
$ OPEN/READ IN 'SCRATCH'
$READ_ENABLED_NEXT:
$ READ/END_OF_FILE=READ_END IN LINE
$ IF LINE .NES. "" .AND. F$EXTRACT(0,6,LINE) .NES. "Enable" THEN -
      ENABLED_LIST = ENABLED_LIST + F$EDIT(LINE + ",","COLLAPSE")
$ IF F$EXTRACT(F$LENGTH(ENABLED_LIST)-2,2,ENABLED_LIST) .EQS. ",," THEN -
      ENABLED_LIST = F$EXTRACT(0,F$LENGTH(ENABLED_LIST)-1,ENABLED_LIST)
$ GOTO READ_ENABLED_NEXT
$READ_SERVICES:
$ OPEN/READ IN 'SCRATCH'
$READ_SERVICES_NEXT:
$ READ/END_OF_FILE=READ_END IN LINE
$ IF LINE .EQS. "" .OR. F$EXTRACT(0,8,LINE) .EQS. "Service " THEN GOTO READ_SERVICES_NEXT
$ NAME = F$ELEMENT(0," ",LINE)
$ SERVICE_LIST = SERVICE_LIST + NAME + ","
$ IF F$LOCATE(" Enabled",LINE) .LT. F$LENGTH(LINE) THEN STARTED_LIST = STARTED_LIST + NAME + ","
$ GOTO READ_SERVICES_NEXT
$READ_END:
$ CLOSE IN
$ RETURN
$!
$! INTERFACES: the permanent interfaces, as A,B,
$!
$READ_INTERFACES:
$ INTERFACES = ""
$ COMMAND = "SHOW CONFIGURATION INTERFACE"
$ GOSUB CAPTURE
$ IF .NOT. CAPTURED THEN GOTO DISCARD
$ OPEN/READ IN 'SCRATCH'
$READ_INTERFACES_NEXT:
$ READ/END_OF_FILE=READ_INTERFACES_END IN LINE
$ IF F$EXTRACT(0,11,LINE) .EQS. "Interface: " THEN INTERFACES = INTERFACES + F$EXTRACT(11,16,LINE) + ","
$ GOTO READ_INTERFACES_NEXT
$READ_INTERFACES_END:
$ CLOSE IN
$ GOTO DISCARD
$!
$! LOCAL_DOMAIN: the permanent domain, or the one DHCP gave; empty when there is none.
$!
$READ_DOMAIN:
$ LOCAL_DOMAIN = F$TRNLNM("TCPIP$INET_DOMAIN","LNM$SYSTEM_TABLE")
$ COMMAND = "SHOW CONFIGURATION COMMUNICATION"
$ GOSUB CAPTURE
$ IF .NOT. CAPTURED THEN GOTO DISCARD
$ OPEN/READ IN 'SCRATCH'
$READ_DOMAIN_NEXT:
$ READ/END_OF_FILE=READ_DOMAIN_END IN LINE
$ AT = F$LOCATE("Domain:",LINE)
$ IF AT .EQ. F$LENGTH(LINE) THEN GOTO READ_DOMAIN_NEXT
$ IF F$EDIT(F$EXTRACT(AT+7,255,LINE),"TRIM") .NES. "" THEN LOCAL_DOMAIN = F$EDIT(F$EXTRACT(AT+7,255,LINE),"TRIM")
$ GOTO READ_DOMAIN_NEXT
$READ_DOMAIN_END:
$ CLOSE IN
$ GOTO DISCARD
$!
$! The output of a TCPIP command into SCRATCH; CAPTURED tells whether it worked.
$!
$CAPTURE:
$ DEFINE/USER_MODE SYS$OUTPUT 'SCRATCH'
$ DEFINE/USER_MODE SYS$ERROR NL:
$ TCPIP 'COMMAND'
$ CAPTURED = $STATUS
$ RETURN
$DISCARD:
$ IF F$SEARCH(SCRATCH) .NES. "" THEN DELETE 'SCRATCH';*
$ RETURN
$!
$IS_RUNNING:
$ RUNNING = F$TRNLNM("TCPIP$INET_HOST","LNM$SYSTEM_TABLE") .NES. ""
$ RETURN
$!
$! -- Asking -----------------------------------------------------------------------
$!
$CLEAR:
$ TYPE/PAGE NL:
$ RETURN
$!
$ASK:
$ READ/PROMPT="''PROMPT'"/END_OF_FILE=ASK_END SYS$COMMAND ANSWER
$ ANSWER = F$EDIT(ANSWER,"TRIM,COMPRESS")
$ RETURN
$ASK_END:
$ ANSWER = "^Z"
$ RETURN
$!
$YES_OR_NO:
$ YES = DEFAULT
$ GOSUB ASK
$ IF ANSWER .EQS. "" THEN RETURN
$ YES = 0
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ WORD = F$EDIT(ANSWER,"UPCASE")
$ YES = WORD .EQS. F$EXTRACT(0,F$LENGTH(WORD),"YES")
$ IF .NOT. YES .AND. WORD .NES. F$EXTRACT(0,F$LENGTH(WORD),"NO") THEN GOTO YES_OR_NO
$ RETURN
$!
$! An Internet address; Return takes DEFAULT_ADDRESS, when there is one.
$!
$ASK_ADDRESS:
$ GOSUB ASK
$ IF ANSWER .EQS. "^Z" THEN RETURN
$ IF ANSWER .EQS. "" THEN ANSWER = DEFAULT_ADDRESS
$ IF ANSWER .EQS. "" THEN GOTO ASK_ADDRESS
$ CHECK = ANSWER
$ GOSUB IS_ADDRESS
$ IF VALID THEN RETURN
$ SAY ""
$ SAY "	", ANSWER, " is not an Internet address."
$ SAY ""
$ GOTO ASK_ADDRESS
$!
$IS_ADDRESS:
$ VALID = F$ELEMENT(4,".",CHECK) .EQS. "."
$ OCTET = 0
$IS_OCTET:
$ WORD = F$ELEMENT(OCTET,".",CHECK)
$ IF WORD .EQS. "." .OR. F$TYPE(WORD) .NES. "INTEGER" THEN VALID = 0
$ IF VALID THEN VALID = F$INTEGER(WORD) .GE. 0 .AND. F$INTEGER(WORD) .LE. 255
$ OCTET = OCTET + 1
$ IF VALID .AND. OCTET .LT. 4 THEN GOTO IS_OCTET
$ RETURN
$!
$! After a command that changes something: remember that, or let its message be read.
$!
$NOTE_CHANGE:
$ IF $STATUS
$ THEN
$     CHANGED = 1
$     RETURN
$ ENDIF
$PRESS_RETURN:
$ SAY ""
$ PROMPT = "Press Return to continue ..."
$ GOSUB ASK
$ RETURN
$!
$! -- The end ----------------------------------------------------------------------
$!
$LEAVE:
$ IF F$TRNLNM("IN","LNM$PROCESS_TABLE") .NES. "" THEN CLOSE IN
$ IF F$TRNLNM("OUT","LNM$PROCESS_TABLE") .NES. "" THEN CLOSE OUT
$ GOSUB DISCARD
$ SET DEFAULT 'DEFAULT_DIRECTORY'
$ PART = 0
$LEAVE_NEXT:
$ NAME = F$ELEMENT(PART,",",DEFINED)
$ IF NAME .EQS. "," .OR. NAME .EQS. "" THEN EXIT 'STATUS'
$ DEASSIGN TCPIP$'NAME'
$ PART = PART + 1
$ GOTO LEAVE_NEXT
