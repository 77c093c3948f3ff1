import { crashCases } from './crash-cases.ts';

crashCases('expired');
