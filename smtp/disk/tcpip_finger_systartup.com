$! TCPIP$FINGER_SYSTARTUP.COM - what this site wants done before FINGER starts.
$ EXIT
