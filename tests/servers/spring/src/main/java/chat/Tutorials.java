package chat;

import java.security.Principal;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.SimpMessageSendingOperations;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

/** What further tutorials do with a line: add the time, keep rooms apart, answer the sender alone, hand it to one person. */
@Controller
class Tutorials {
    record Line(String from, String text) {}

    record Timed(String from, String text, String time) {}

    record Answer(String content) {}

    record Letter(String to, String from, String content) {}

    private final SimpMessageSendingOperations messages;

    Tutorials(SimpMessageSendingOperations messages) {
        this.messages = messages;
    }

    @MessageMapping("/chat")
    @SendTo("/topic/messages")
    Timed timed(Line line) {
        return new Timed(line.from(), line.text(), "12:34");
    }

    @MessageMapping("/room.{room}")
    @SendTo("/topic/public.{room}")
    Line room(@DestinationVariable String room, Line line) {
        return line;
    }

    @MessageMapping("/question")
    @SendToUser("/queue/reply")
    Answer question(Line line) {
        return new Answer("You asked: " + line.text());
    }

    /** The sender hears nothing of it. */
    @MessageMapping("/private")
    void letter(Letter letter, Principal sender) {
        var told = new Letter(letter.to(), sender.getName(), letter.content());
        messages.convertAndSendToUser(letter.to(), "/queue/messages", told);
    }
}
