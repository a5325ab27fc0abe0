import type { ThemeConfig } from 'antd';

import { colours, typography } from './tokens';

/** antd drawn with our tokens; contrast of placeholder, tag and disabled text corrected to AA. */
export const theme: ThemeConfig = {
  token: {
    colorPrimary: colours.accent,
    colorInfo: colours.accent,
    colorLink: colours.accent,
    colorLinkHover: colours.accentHover,
    colorSuccess: colours.done,
    colorWarning: colours.soon,
    colorError: colours.overdue,
    colorText: colours.ink,
    colorTextSecondary: colours.inkSoft,
    colorTextTertiary: colours.inkFaint,
    colorTextDescription: colours.inkFaint,
    colorTextPlaceholder: colours.inkFaint,
    colorTextDisabled: colours.inkFaint,
    colorBorder: colours.lineStrong,
    colorBorderSecondary: colours.line,
    colorBgLayout: colours.desk,
    colorBgContainer: colours.paper,
    fontFamily: typography.family,
    fontSize: 14,
    lineHeight: 1.6,
    borderRadius: 4,
    controlHeight: 36,
    wireframe: false,
    // global.css stops the animations; what waits for their end must know
    motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
    boxShadow: `0 4px 16px ${colours.ink}1f`,
    boxShadowSecondary: `0 4px 16px ${colours.ink}1f`,
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Tabs: { horizontalItemGutter: 24, titleFontSize: 14, horizontalMargin: '0 0 16px 0' },
    Modal: { titleFontSize: 16 },
  },
};
