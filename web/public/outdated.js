/* Plain ES5: an old browser gets a clear page instead of a white one. */
(function () {
  var fine =
    typeof Object.hasOwn === 'function' &&
    'at' in Array.prototype &&
    window.CSS &&
    CSS.supports &&
    CSS.supports('selector(:where(a))');
  if (fine) return;
  document.addEventListener('DOMContentLoaded', function () {
    document.getElementById('root').innerHTML =
      '<div style="font:16px/1.8 sans-serif;max-width:560px;margin:15vh auto;padding:0 24px">' +
      '<h1 style="font-size:22px">浏览器版本过低</h1>' +
      '<p>本系统需要 Chromium 94（2021 年 9 月）或以上版本的浏览器，例如新版 Edge、360 安全浏览器（极速模式）或 Firefox 93。' +
      '请升级或换用浏览器后再打开本页。已保存的数据不受影响。</p>' +
      '<p lang="en">This browser is too old. Please use Chromium 94, Edge 94 or Firefox 93 or later.</p></div>';
  });
})();
