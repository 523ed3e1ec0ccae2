/** Everything the buyer reads. */

export const words = {
  launcher: (shop: string) => `联系${shop || "在线"}客服`,
  unread: (count: number) => `，${count} 条未读`,
  dialog: (shop: string) => `${shop || "在线"}客服`,
  shop: "在线客服",
  log: "聊天记录",
  close: "关闭聊天窗口",
  menu: "更多",
  end: "结束并评价",
  privacy: "隐私说明",
  callPerson: "转人工",

  phase: {
    assistant: "自动客服为您服务",
    waiting: "正在为您转接人工客服",
    person: "人工客服为您服务",
    closed: "本次会话已结束",
  },
  unstaffedPhase: "已登记，等人工客服上班",
  connecting: "正在连接…",

  intro: (name: string, shop: string) =>
    `${name ? `${name}，` : ""}您好，欢迎光临${shop || "本店"}。我是自动客服小二，带「自动回复」标记的消息都由程序发出。`,
  introPerson: "想找人工客服，随时点右上角的「转人工」，或直接发送「转人工」。",
  introPrivacy: "聊天内容怎么保存和使用，请看",

  assistant: "小二",
  agent: "客服",
  automatic: "自动回复",
  you: "我",

  next: "您是下一位，请稍等，同事马上就来。",
  ahead: (count: number) => `前面还有${count}位，请稍等，您可以先把问题写下来。`,
  queued: "正在为您转接人工客服，请稍等。",
  opensAt: (time: string) =>
    `人工客服现在不在班，同事${time}上班，会按顺序回复您。您可以先留言。`,
  unstaffed: "人工客服现在不在班，上班后会按顺序回复您。您可以先留言。",

  offline: "网络断开了，正在重新连接…没发出的消息会保留，连上后自动发送。",
  refused: {
    4401: "没能确认您的身份，请刷新页面或重新登录后再试。",
    4403: "这个网站还没有开通在线客服。",
    4404: "没有找到这家店铺的客服。",
  } as Record<number, string>,
  refusedOther: "现在连不上客服，请稍后刷新页面再试。",

  placeholder: "请输入您的问题…",
  input: "输入消息，按回车发送，Shift 加回车换行",
  send: "发送",
  addPicture: "发送图片",
  tooLong: "这条消息太长了，请分成几条发送。",

  subject: { item_id: "将附上您正在看的商品", order_id: "将附上您正在看的订单" },
  removeSubject: "不附上",

  sending: "发送中",
  sendingLater: "发送中，联网后自动发出",
  slowDown: "发得有点快，稍后自动重发",
  failed: "发送失败",
  notAccepted: "这条消息没能发出",
  retry: "重试",
  remove: "删除",

  picture: "图片",
  openPicture: "查看大图",
  attachment: (number: number) => `查看图片 ${number}`,
  uploading: (percent: number) => `正在上传 ${percent}%`,
  pictureKind: "只能发送 JPG、PNG、WebP 或 GIF 图片。",
  pictureSize: "图片不能超过 8 MB，请压缩后再发。",
  pictureEmpty: "这张图片是空的，请换一张。",
  pictureUnreadable: "这张图片打不开，请换一张再试。",
  pictureTooOften: "图片发得有点快，请稍后再试。",
  pictureFailed: "图片没传上去，请检查网络后重试。",

  typing: { assistant: "小二正在输入", agent: "客服正在输入" },
  newMessages: "有新消息",
  older: "正在加载更早的消息…",

  item: "商品",
  order: "订单",
  orderNo: (id: string) => `订单号 ${id}`,
  orderState: {
    unpaid: "待付款",
    paid: "待发货",
    shipped: "已发货",
    signed: "已签收",
    completed: "已完成",
    cancelled: "已取消",
    refunding: "退款中",
    refunded: "已退款",
  } as Record<string, string>,

  rate: "这次服务您还满意吗？",
  stars: ["很不满意", "不满意", "一般", "满意", "非常满意"],
  star: (count: number, meaning: string) => `${count} 星，${meaning}`,
  reason: "说说原因，帮我们改进（选填）",
  submit: "提交评价",
  later: "以后再说",
  rateLater: "网络断开了，连上后请再提交一次。",
  rated: "谢谢您的评价！",

  today: "今天",
  tomorrow: "明天",
  yesterday: "昨天",
  weekdays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
} as const;
