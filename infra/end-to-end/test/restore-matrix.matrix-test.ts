import { restoreMatrix, WHOLE } from '../src/restore-matrix.ts';
import { judgeMatrix } from './judge-matrix.ts';

judgeMatrix(restoreMatrix(WHOLE));
