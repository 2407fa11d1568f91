$! SYSECURITY.COM - prepares disks and names that the audit server needs.
$! Executed by STARTUP.COM before SYSTARTUP_VMS.COM.
$ EXIT
