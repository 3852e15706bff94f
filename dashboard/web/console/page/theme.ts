import { type ThemeConfig, theme } from 'antd';
import { useMedia } from '../../shared/style/colours.ts';

/** Size of body text in px: 20 on a wall that is read from four metres, 16 at a desk and on a phone. */
export function useBaseFontSize(): number {
  return useMedia('(min-width: 1700px)') ? 20 : 16;
}

/** antd in our colours; each pair of text and ground has a contrast of at least 4.5 : 1. */
export function antdTheme(colours: 'dark' | 'light', fontSize: number): ThemeConfig {
  const isDark = colours === 'dark';
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontSize,
      controlHeight: 44,
      controlHeightLG: 52,
      borderRadius: 6,
      colorPrimary: isDark ? '#3a7bd0' : '#1a5fb4',
      // Left to antd, a button under the pointer grows lighter than its words may stand on.
      colorPrimaryHover: isDark ? '#2b5c9e' : '#164f97',
      colorPrimaryActive: isDark ? '#244f88' : '#12437f',
      colorBgBase: isDark ? '#16202b' : '#ffffff',
      colorBgContainer: isDark ? '#1f2c39' : '#ffffff',
      colorBgElevated: isDark ? '#16202b' : '#ffffff',
      colorBgContainerDisabled: isDark ? '#1a2531' : '#eef2f5',
      colorText: isDark ? '#e9eff5' : '#14202b',
      colorTextHeading: isDark ? '#e9eff5' : '#14202b',
      colorTextPlaceholder: isDark ? '#a3b4c4' : '#566675',
      colorTextDisabled: isDark ? '#a3b4c4' : '#566675',
      colorBorder: isDark ? '#6b7f92' : '#76879a',
      // The words of a button that takes something away.
      colorError: isDark ? '#ff9a8f' : '#a31515',
      colorErrorHover: isDark ? '#ffb8b0' : '#8a1010',
      colorErrorActive: isDark ? '#ffb8b0' : '#8a1010',
      colorErrorBorderHover: isDark ? '#ffb8b0' : '#8a1010',
      motion: false,
      fontFamily:
        'system-ui, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif',
    },
    components: {
      Button: {
        // A plain button under the pointer keeps its words; its border answers.
        defaultHoverColor: isDark ? '#e9eff5' : '#14202b',
        defaultActiveColor: isDark ? '#e9eff5' : '#14202b',
        defaultHoverBorderColor: isDark ? '#7db8ff' : '#0b57d0',
        defaultActiveBorderColor: isDark ? '#7db8ff' : '#0b57d0',
      },
    },
  };
}
