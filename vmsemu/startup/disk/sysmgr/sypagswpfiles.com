$! SYPAGSWPFILES.COM - installs page and swap files that are not on the system disk.
$! Executed by STARTUP.COM before SYSTARTUP_VMS.COM.
$ EXIT
