import { ArrowLeftOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Definition, DiagramProcess } from '../../api/types';
import { ProcessDiagram } from '../../diagram/process-diagram';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { definitionQuery, definitionsQuery, definitionXmlQuery } from '../../queries/definitions';
import { useSession } from '../../session/session';
import styles from './definition-screen.module.css';
import { Traffic } from './traffic';
import { VersionChoice } from './version-choice';

/** One version of a process, drawn and as a list; for who runs it, with what stands and went where. */
export function DefinitionScreen() {
  const { definitionId } = useParams({ from: '/office/definitions/$definitionId' });
  const { data: definition, error, refetch } = useQuery(definitionQuery(definitionId));
  const xml = useQuery(definitionXmlQuery(definitionId));
  useTitle(definition?.name);
  const problem = error ?? xml.error;
  if (problem) {
    return <Failure error={problem} retry={() => void Promise.all([refetch(), xml.refetch()])} />;
  }
  if (!definition || !xml.data) return <Waiting />;
  return <Whole key={definitionId} definition={definition} xml={xml.data} />;
}

function Whole({ definition, xml }: { definition: Definition; xml: string }) {
  const { t } = useTranslation();
  const { acts } = useSession();
  const mayCount = acts.includes('operate') || acts.includes('deploy');
  const open = useCalled();
  const { key, name, version, note } = definition;
  const processes = useMemo<DiagramProcess[]>(() => [{ key, name, xml, done: [], current: [] }], [key, name, xml]);
  return (
    <>
      <Link to="/definitions" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t('definitions.back')}
      </Link>
      <h1>{name}</h1>
      <p className={styles.facts}>
        <code>{key}</code>
        {mayCount ? <VersionChoice definition={definition} /> : <span>{t('definitions.version_value', { version })}</span>}
        {note && <span>{note}</span>}
      </p>
      {mayCount ? (
        <Traffic definition={definition} processes={processes} onCall={open} />
      ) : (
        <section className={styles.sheet} aria-label={t('diagram.label', { name })}>
          <ProcessDiagram processes={processes} withStates={false} onCall={open} />
        </section>
      )}
    </>
  );
}

/** Opens the process that a call activity calls. */
function useCalled(): (key: string) => void {
  const { data: known } = useInfiniteQuery(definitionsQuery);
  const navigate = useNavigate();
  return (key) => {
    const called = known?.pages.flatMap((page) => page.items).find((one) => one.key === key);
    if (called) void navigate({ to: '/definitions/$definitionId', params: { definitionId: called.id } });
  };
}
