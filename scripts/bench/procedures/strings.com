$! P1 rounds of five lexical functions on strings.
$ N = F$INTEGER(P1)
$ LIST = "alpha/beta/gamma/delta"
$ TOTAL = 0
$ I = 0
$LOOP:
$ I = I + 1
$ A = F$ELEMENT(2,"/",LIST)
$ B = F$EXTRACT(1,3,A)
$ C = F$LOCATE("m",A)
$ D = F$EDIT(A,"UPCASE")
$ TOTAL = TOTAL + F$LENGTH(B) + C
$ IF I .LT. N THEN GOTO LOOP
$ WRITE SYS$OUTPUT "answer ", A, " ", B, " ", D, " ", TOTAL
$ EXIT
