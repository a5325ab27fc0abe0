import { CompressOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

type Props = { zoom: (by: number) => void; fit: () => void };

/** Top right: the bpmn.io mark stands bottom right and must stay fully visible. */
export function CanvasButtons({ zoom, fit }: Props) {
  const { t } = useTranslation();
  return (
    <div className="dudao-canvas-buttons">
      <Button size="small" icon={<PlusOutlined />} aria-label={t('diagram.larger')} onClick={() => { zoom(1.25); }} />
      <Button size="small" icon={<MinusOutlined />} aria-label={t('diagram.smaller')} onClick={() => { zoom(0.8); }} />
      <Button size="small" icon={<CompressOutlined />} aria-label={t('diagram.fit')} onClick={fit} />
    </div>
  );
}
