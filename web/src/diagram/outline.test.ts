// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';

import { outline, stateOf, tokensAt } from './outline';

const XML = `<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <bpmn:process id="p">
    <bpmn:endEvent id="end" name="办结"/>
    <bpmn:callActivity id="inspect" name="实施&#10;督导" calledElement="inspect"/>
    <bpmn:boundaryEvent id="late" name="逾期" attachedToRef="inspect"/>
    <bpmn:startEvent id="start" name="立项"/>
    <bpmn:subProcess id="section" name="告知">
      <bpmn:startEvent id="s2"/><bpmn:userTask id="notify" name="印发告知书"/>
      <bpmn:sequenceFlow id="f9" sourceRef="s2" targetRef="notify"/>
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="inspect"/>
    <bpmn:sequenceFlow id="f2" sourceRef="inspect" targetRef="section"/>
    <bpmn:sequenceFlow id="f3" sourceRef="section" targetRef="end"/>
    <bpmn:sequenceFlow id="f4" sourceRef="section" targetRef="inspect"/>
    <bpmn:dataObject id="ignored"/>
  </bpmn:process>
</bpmn:definitions>`;

describe('the outline of a process', () => {
  it('lists its steps along the flows, loops once, sections with their own steps below', () => {
    const steps = outline(XML);
    expect(steps.map((step) => step.id)).toEqual(['start', 'inspect', 'section', 's2', 'notify', 'late', 'end']);
    expect(steps.find((step) => step.id === 'notify')?.depth).toBe(1);
  });

  it('names the process that a call activity opens, on one line', () => {
    const step = outline(XML).find((one) => one.id === 'inspect');
    expect(step).toMatchObject({ kind: 'call', calls: 'inspect', name: '实施 督导' });
  });

  it('is empty for a document without a process', () => {
    expect(outline('<definitions/>')).toEqual([]);
  });
});

describe('the state of a step', () => {
  const process = {
    done: ['a', 'b'],
    current: [{ element_id: 'b', count: 2, scope: null }, { element_id: 'b', count: 1, scope: 'x' }],
  };

  it('is current while a token is there, even when it was done before', () => {
    expect(['a', 'b', 'c'].map((id) => stateOf(process, id))).toEqual(['done', 'current', 'ahead']);
  });

  it('counts the tokens of all scopes', () => {
    expect(tokensAt(process, 'b')).toBe(3);
  });
});
