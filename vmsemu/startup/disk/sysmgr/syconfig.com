$! SYCONFIG.COM - configures devices that are not found by themselves.
$! Executed by STARTUP.COM before SYSTARTUP_VMS.COM.
$ EXIT
