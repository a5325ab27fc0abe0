export const NEW_KINDS = ['bpmn', 'form', 'dmn'] as const;
export type NewKind = (typeof NEW_KINDS)[number];

export function pathOf(kind: NewKind, family: string, key: string): string {
  return { bpmn: `bpmn/${key}.bpmn`, dmn: `dmn/${key}.dmn`, form: `forms/${family}/${key}.json` }[kind];
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** What a new file begins with. A process is called as its file. */
export function contentOf(kind: NewKind, family: string, key: string, title: string): string {
  const name = escaped(title);
  if (kind === 'form') return `${JSON.stringify({ type: 'default', id: key, components: [] }, null, 2)}\n`;
  if (kind === 'dmn') {
    return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions_${key}" name="${name}" namespace="https://dudao.example/decisions/${family}">
  <decision id="${key}" name="${name}">
    <decisionTable id="${key}_table" hitPolicy="FIRST">
      <input id="${key}_input"><inputExpression id="${key}_expression" typeRef="string"><text></text></inputExpression></input>
      <output id="${key}_output" name="${key}" typeRef="string"/>
    </decisionTable>
  </decision>
</definitions>
`;
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:dudao="https://dudao.example/bpmn" id="definitions_${key}" targetNamespace="https://dudao.example/processes/${family}">
  <bpmn:process id="${key}" name="${name}" isExecutable="true">
    <bpmn:startEvent id="started"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_${key}">
    <bpmndi:BPMNPlane id="plane_${key}" bpmnElement="${key}">
      <bpmndi:BPMNShape id="started_di" bpmnElement="started"><dc:Bounds x="160" y="160" width="36" height="36"/></bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;
}
