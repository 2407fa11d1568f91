$! TCPIP$SMTP_SYSTARTUP.COM - what this site wants done before SMTP starts.
$!
$! The place for DEFINE/SYSTEM of the TCPIP$SMTP_ logical names, for example:
$!
$!     DEFINE/SYSTEM TCPIP$SMTP_LOG_LEVEL 2
$!     DEFINE/SYSTEM TCPIP$SMTP_POSTMASTER_ALIAS "Postmaster"
$!
$ EXIT
