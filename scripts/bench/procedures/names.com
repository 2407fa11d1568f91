$! P1 rounds of DEFINE and F$TRNLNM, the equivalence name another one each time.
$ N = F$INTEGER(P1)
$ I = 0
$LOOP:
$ I = I + 1
$ DEFINE/NOLOG BENCH_NAME VALUE_'I'
$ A = F$TRNLNM("BENCH_NAME")
$ IF I .LT. N THEN GOTO LOOP
$ WRITE SYS$OUTPUT "answer ", A
$ DEASSIGN BENCH_NAME
$ EXIT
