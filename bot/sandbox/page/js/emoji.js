/** A modest table of emoji names. A name that is not here stays as it was written. */

const TABLE = Object.fromEntries(
  `+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|wave 👋|clap 👏|pray 🙏|raised_hands 🙌|muscle 💪|eyes 👀
|point_right 👉|point_down 👇|ok_hand 👌|handshake 🤝|smile 😄|slightly_smiling_face 🙂|grinning 😀|joy 😂
|thinking_face 🤔|sweat_smile 😅|heart ❤️|sob 😭|tada 🎉|confetti_ball 🎊|fire 🔥|100 💯|star ⭐|sparkles ✨
|rocket 🚀|bulb 💡|zap ⚡|boom 💥|warning ⚠️|rotating_light 🚨|no_entry ⛔|no_entry_sign 🚫|x ❌|heavy_check_mark ✔️
|white_check_mark ✅|ballot_box_with_check ☑️|question ❓|exclamation ❗|grey_question ❔|bangbang ‼️
|information_source ℹ️|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢
|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|large_red_square 🟥|large_orange_square 🟧
|large_yellow_square 🟨|large_green_square 🟩|white_large_square ⬜|black_large_square ⬛|small_blue_diamond 🔹
|arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_upper_right ↗️|arrow_lower_right ↘️
|repeat 🔁|arrows_counterclockwise 🔄|leftwards_arrow_with_hook ↩️|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚
|alarm_clock ⏰|stopwatch ⏱️|clock9 🕘|calendar 📆|date 📅|spiral_calendar_pad 🗓️|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢
|speech_balloon 💬|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|mag 🔍
|lock 🔒|unlock 🔓|key 🔑|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|package 📦|bug 🐛|construction 🚧
|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|file_folder 📁|open_file_folder 📂|page_facing_up 📄
|email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤|computer 💻|floppy_disk 💾|robot_face 🤖|checkered_flag 🏁|triangular_flag_on_post 🚩
|dart 🎯|trophy 🏆|medal 🏅|seedling 🌱|sunny ☀️|cloud ☁️|umbrella ☔|snowflake ❄️|coffee ☕|ghost 👻|skull 💀|moneybag 💰
|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|stop_button ⏹️|arrow_forward ▶️|double_vertical_bar ⏸️|fast_forward ⏩|recycle ♻️`
    .replaceAll("\n", "")
    .split("|")
    .map((entry) => entry.split(" ")),
);

/** Return the character of `name`, or null. */
export function emoji(name) {
  return Object.hasOwn(TABLE, name) ? TABLE[name] : null;
}

/** Return `text` with the known `:names:` in it replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (all, name) => emoji(name) ?? all);
}
