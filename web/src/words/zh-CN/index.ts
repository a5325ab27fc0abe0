import admin from './admin.json';
import account from './account.json';
import calendar from './calendar.json';
import cases from './cases.json';
import dashboard from './dashboard.json';
import definitions from './definitions.json';
import desk from './desk.json';
import dossier from './dossier.json';
import form from './form.json';
import frame from './frame.json';
import handovers from './handovers.json';
import models from './models.json';
import ledger from './ledger.json';
import operations from './operations.json';
import queue from './queue.json';
import records from './records.json';
import search from './search.json';
import task from './task.json';
import unit from './unit.json';

/** Every text of the screens; a file for each room, its first keys are the screens'. */
export default {
  ...admin,
  ...account,
  ...calendar,
  ...cases,
  ...dashboard,
  ...definitions,
  ...desk,
  ...dossier,
  ...form,
  ...frame,
  ...handovers,
  ...models,
  ...ledger,
  ...operations,
  ...queue,
  ...records,
  ...search,
  ...task,
  ...unit,
};
