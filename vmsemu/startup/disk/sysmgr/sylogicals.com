$! SYLOGICALS.COM - defines the system logical names of this site.
$! Executed by STARTUP.COM before SYSTARTUP_VMS.COM.
$ EXIT
