$! TCPIP$DEFINE_COMMANDS.COM - the utilities of TCP/IP Services as commands of DCL.
$!
$! Execute it in LOGIN.COM or SYLOGIN.COM. Which utilities this version has is told by
$! the program TCPIP.
$!
$ ARP         == "TCPIP arp"
$ FINGER      == "$SYS$SYSTEM:TCPIP$FINGER.EXE"
$ IFCONFIG    == "TCPIP ifconfig"
$ NETSTAT     == "TCPIP netstat"
$ PING        == "TCPIP ping"
$ RIPQUERY    == "TCPIP ripquery"
$ ROUTE       == "TCPIP route"
$ SYSCONFIG   == "TCPIP sysconfig"
$ SYSCONFIGDB == "TCPIP sysconfigdb"
$ TCPTRACE    == "TCPIP tcptrace"
$ TRACEROUTE  == "TCPIP traceroute"
$ EXIT
