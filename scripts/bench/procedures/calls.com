$! P1 rounds of a GOSUB and a CALL with a parameter.
$ N = F$INTEGER(P1)
$ TOTAL == 0
$ I = 0
$LOOP:
$ I = I + 1
$ GOSUB TWICE
$ CALL ADD 'T'
$ IF I .LT. N THEN GOTO LOOP
$ WRITE SYS$OUTPUT "answer ", T, " ", TOTAL
$ EXIT
$TWICE:
$ T = I + I
$ RETURN
$ADD: SUBROUTINE
$ TOTAL == TOTAL + P1
$ EXIT
$ ENDSUBROUTINE
