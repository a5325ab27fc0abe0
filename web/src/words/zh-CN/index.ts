import account from './account.json';
import cases from './cases.json';
import definitions from './definitions.json';
import form from './form.json';
import frame from './frame.json';
import handovers from './handovers.json';
import models from './models.json';
import queue from './queue.json';
import records from './records.json';
import task from './task.json';
import unit from './unit.json';

/** Every text of the screens; a file for each room, its first keys are the screens'. */
export default {
  ...account,
  ...cases,
  ...definitions,
  ...form,
  ...frame,
  ...handovers,
  ...models,
  ...queue,
  ...records,
  ...task,
  ...unit,
};
