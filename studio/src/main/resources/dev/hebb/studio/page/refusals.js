// What the server says when it refuses, in Chinese; {name} stands for what differs. What a page's own
// mistake would bring about, and what only the log tells, stays English.
export default [
  // runs
  ['there is no run {id}', '没有训练 {id}'],
  ['there is no deleted run {id}', '没有已删除的训练 {id}'],
  ['the run is being trained: stop it first', '训练还在进行：请先停止它'],
  ['the run is over; there is nothing left to steer', '训练已经结束，没有可以调整的了'],
  ['another process trains this run: steer it at {where}', '这次训练在另一个进程里进行：请到 {where} 去控制'],
  ['{n} pages are listening already; close some', '已经有 {n} 个页面在接收数据；请关掉几个'],
  ['this server needs a token: open the whole link that it printed when it started', '服务器需要令牌：请打开它启动时给出的完整链接'],
  // inside
  ['the network of this run was not kept: it was interrupted early, or is too large', '这次训练的网络没有保存：训练过早中断，或者网络太大'],
  ['no examples of this run were kept', '这次训练没有保存样本'],
  ['example {example}: there are 0 to {last}', '样本 {example}：编号为 0 到 {last}'],
  ['unit {unit}: {layer} has units 0 to {last}', '单元 {unit}：{layer} 的单元编号为 0 到 {last}'],
  ['the network has no layer \'{layer}\'; it has {layers}', '网络没有名为 {layer} 的层；它有 {layers}'],
  ['predictions cannot be read: {why}', '无法读取预测结果：{why}'],
  ['{folder} cannot be read: {why}', '无法读取 {folder}：{why}'],
  ['{file} cannot be moved: {why}', '无法移动 {file}：{why}'],
  // playground
  ['{n} playgrounds are open; close a window first', '已经打开了 {n} 个游乐场；请先关掉一个窗口'],
  ['this playground is closed; open a new one', '这个游乐场已经关闭；请新开一个'],
  ['the network gets no feature; switch at least one on', '网络没有任何输入特征；请至少打开一个'],
  ['the network has diverged: {name} is not finite; take a smaller learning rate and start again', '网络已经发散：{name} 不是有限数；请减小学习率，重新开始'],
  ['{what} is {value}, but has to lie between {least} and {most}', '{what} 是 {value}，应在 {least} 与 {most} 之间'],
  ['there is no point {point}; they are numbered from 0 to {last}', '没有第 {point} 个点；编号为 0 到 {last}'],
  ['there are no points of your own yet; load a CSV first', '还没有您自己的点；请先载入 CSV'],
  ['the speed is {value} steps a second, but has to lie between 1 and {most}', '速度是每秒 {value} 步，应在 1 与 {most} 之间'],
  // the user's own points
  ['the CSV has {n} characters, more than {most}; take a part of it', 'CSV 有 {n} 个字符，超过了 {most}；请只取一部分'],
  ['line {line} has {n} value(s), but three are expected: two numbers and a class or a number', '第 {line} 行有 {n} 个值，应有三个：两个数和一个类别或数'],
  ['there are more than {most} lines; take a part of them', '超过了 {most} 行；请只取一部分'],
  ['there are {n} points, but at least {least} are needed', '只有 {n} 个点，至少需要 {least} 个'],
  ['this is no CSV: {why}', '这不是 CSV：{why}'],
  ['line {line}, column {column}: \'{cell}\' is not a number; write it like 12.5', '第 {line} 行第 {column} 列：“{cell}”不是数；请写成 12.5 这样'],
  ['line {line}, column 3: the class or number is missing', '第 {line} 行第 3 列：缺少类别或数'],
  ['all points have the class \'{name}\'; at least two classes are needed', '所有点都属于“{name}”；至少需要两个类别'],
  ['the third column has {n} classes, but at most {most} can be shown; is it the right column?', '第三列有 {n} 个类别，最多只能显示 {most} 个；列选对了吗？'],
  // the model server
  ['the server is shutting down: ask another one, or this one again later', '服务器正在关闭：请换一个，或稍后再试'],
  ['the answer took too long: ask again later, or for fewer examples', '回答用时太长：请稍后再试，或减少样本'],
  ['too many large requests are being answered: ask again later', '正在回答的大请求太多：请稍后再试'],
];
