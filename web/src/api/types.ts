import type { components } from './schema';

/** Short names for the generated schemas: the only place that spells components['schemas']. */
type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type Task = Schemas['Task'];
export type Sendable = Schemas['Sendable'];
export type TaskSummary = Schemas['TaskSummary'];
export type TaskCounts = Schemas['TaskCounts'];
export type Completion = Schemas['Completion'];
export type Deadline = Schemas['Deadline'];
export type DeadlineWhole = Schemas['DeadlineWhole'];
export type Obligation = Schemas['Obligation'];
export type Obligations = Schemas['Obligations'];
export type Period = Schemas['Period'];
export type DaysLeft = Schemas['DaysLeft'];
export type StoredFile = Schemas['File'];
export type Family = Schemas['Family'];
export type Instance = Schemas['Instance'];
export type InstanceState = Instance['state'];
export type HistoryEvent = Schemas['Event'];
export type Diagram = Schemas['Diagram'];
export type DiagramProcess = Schemas['DiagramProcess'];
export type Definition = Schemas['Definition'];
export type SupervisionCase = Schemas['Case'];
export type CaseDocument = Schemas['CaseDocumentWhole'];
export type Comment = Schemas['Comment'];
export type Destination = Schemas['Destination'];
export type SignOff = Schemas['SignOff'];
export type Signer = Schemas['Signer'];
export type Phrase = Schemas['Phrase'];
export type Sheet = Schemas['Sheet'];
export type PaperAct = Schemas['PaperAct'];
export type TaskAct = Schemas['Task']['allowed_acts'][number];
export type Fault = Schemas['Fault'];
export type Person = Schemas['Person'];
export type Values = Record<string, unknown>;
