$! P1 rounds of an increment and a conditional jump.
$ N = F$INTEGER(P1)
$ I = 0
$LOOP:
$ I = I + 1
$ IF I .LT. N THEN GOTO LOOP
$ WRITE SYS$OUTPUT "answer ", I
$ EXIT
