$! P1 records written to a file and read again.
$ N = F$INTEGER(P1)
$ OPEN/WRITE OUT BENCH.TMP
$ I = 0
$LOOP:
$ I = I + 1
$ WRITE OUT "a record of the bench, number ", I
$ IF I .LT. N THEN GOTO LOOP
$ CLOSE OUT
$ TOTAL = 0
$ OPEN/READ IN BENCH.TMP
$NEXT:
$ READ/END_OF_FILE=DONE IN LINE
$ TOTAL = TOTAL + F$LENGTH(LINE)
$ GOTO NEXT
$DONE:
$ CLOSE IN
$ WRITE SYS$OUTPUT "answer ", TOTAL, " ", LINE
$ EXIT
