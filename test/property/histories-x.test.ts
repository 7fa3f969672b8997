import { describeHistories } from '../support/histories.ts';

describeHistories('x', [{ seed: 1, histories: 20 }]);
