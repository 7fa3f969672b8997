import { keepLifts } from '../../src/services/keep-lifts.ts';
import type { Task } from './task.ts';

/** Computes and keeps the lift of every experiment. */
export const computeLift: Task<'compute-lift'> = async (context) => {
  await keepLifts(context);
};
