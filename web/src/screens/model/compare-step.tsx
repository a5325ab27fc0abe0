import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { Waiting } from '../../parts/waiting';
import { comparisonQuery, getPart, type ModelDraftWhole } from '../../queries/model-drafts';
import { Comparison, type File } from './comparison';
import styles from './compare-step.module.css';

/** The draft beside the live version. */
export default function CompareStep({ draft }: { draft: ModelDraftWhole }) {
  const { t } = useTranslation();
  const comparison = useQuery(comparisonQuery(draft.id));
  if (comparison.isFetching) return <Waiting />;
  if (comparison.error) {
    const problem = asProblem(comparison.error);
    if (problem.status !== 422) return <Failure error={comparison.error} retry={() => void comparison.refetch()} />;
    return (
      <Note
        tone="overdue"
        title={t('model_compare.at_fault')}
        act={<Link to="/models/$draftId" params={{ draftId: draft.id }}>{t('models.step_edit')}</Link>}
      />
    );
  }
  if (!comparison.data) return <Waiting />;
  const files = draft.parts
    .filter((part) => part.kind === 'bpmn' && part.state !== 'same')
    .map((part): File => ({
      path: part.path,
      name: part.name || part.path,
      query: {
        queryKey: ['model-draft', draft.id, 'content', part.id],
        queryFn: async () => (await getPart(draft.id, part.id)).content,
      },
    }));
  return (
    <section className={styles.sheet}>
      <p>{t('model_compare.intro')}</p>
      <Comparison changes={comparison.data} files={files} />
    </section>
  );
}
