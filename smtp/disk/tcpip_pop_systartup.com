$! TCPIP$POP_SYSTARTUP.COM - what this site wants done before POP starts.
$!
$! The place for DEFINE/SYSTEM of the TCPIP$POP_ logical names, for example:
$!
$!     DEFINE/SYSTEM TCPIP$POP_SECURITY SECURE
$!     DEFINE/SYSTEM TCPIP$POP_PERSONAL_NAME 1
$!
$ EXIT
