import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** The title of the browser tab: the page first, then the product. */
export function useTitle(title: string | undefined): void {
  const { t } = useTranslation();
  const product = t('frame.product');
  useEffect(() => {
    document.title = title ? `${title} · ${product}` : product;
  }, [title, product]);
}
