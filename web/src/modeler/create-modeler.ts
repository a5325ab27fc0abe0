import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import Modeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import simulationModule from 'bpmn-js-token-simulation/lib/modeler';

import { translateModule } from '../diagram/translate';
import dudao from './dudao-moddle.json';
import { honouredModule } from './honoured';

/** What reads and writes our attributes; the test of resaved models uses the same two. */
export const EXTENSIONS = { camunda, dudao };

/** A drawing that can be changed, or one that can only be looked at. */
export function createModeler(container: HTMLElement, language: string, isReadOnly: boolean): Modeler {
  if (isReadOnly) {
    const viewer = new NavigatedViewer({
      container,
      additionalModules: [translateModule(language)],
      moddleExtensions: EXTENSIONS,
    });
    // all that is asked of it read-only (canvas, registry, selection) it has as well
    return viewer as unknown as Modeler;
  }
  return new Modeler({
    container,
    additionalModules: [translateModule(language), honouredModule, simulationModule as never],
    moddleExtensions: EXTENSIONS,
  });
}
