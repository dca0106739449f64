"""The words of the Word and the PDF sample, as (kind, content) pieces in reading order."""

from __future__ import annotations

from typing import Any

Piece = tuple[str, Any]
"""Kind (title, h1, h2, p, ol, ul, warning, table) and its text, or a table's rows."""

LOCKOUT: tuple[Piece, ...] = (
    ("title", "Lock out the stretch wrapper"),
    ("p", "Applies to stretch wrapper SW-4 in the dispatch hall at Brackwater. Owner: EHS department. "
          "Valid from 1 September 2026."),
    ("h1", "Purpose"),
    ("p", "This procedure protects everyone who cleans, adjusts or repairs stretch wrapper SW-4 from "
          "an unexpected start and from stored energy. In 2024 a fitter lost the tip of a finger when "
          "the turntable moved during a film jam: the machine had been stopped, but it had not been "
          "locked out."),
    ("h1", "Definitions"),
    ("ul", "Lockout means that a padlock holds an energy source in the safe position, so that nobody "
           "can switch it on by mistake."),
    ("ul", "An authorised fitter is a person who has passed the yearly lockout test and owns a red "
           "padlock with their name on it."),
    ("ul", "Residual energy is energy that stays in the machine after it has been switched off, such "
           "as air pressure, heat or a raised load."),
    ("h1", "Roles"),
    ("p", "The authorised fitter locks out the machine, does the work and removes the lock. The line "
          "lead releases the machine for the work and takes it back afterwards. The EHS officer "
          "checks one lockout a month and keeps the records. Operators must not remove a lock or a "
          "tag under any circumstances."),
    ("h1", "Energy sources"),
    ("p", "The stretch wrapper has four energy sources. Each of them has to be made safe before a "
          "guard is opened."),
    (
        "table",
        (
            ("Source", "Level", "Isolating point", "Made safe when"),
            (
                "Electricity",
                "400 V",
                "main switch Q1, left side of the cabinet",
                "tester shows 0 V on all three phases",
            ),
            ("Compressed air", "6 bar", "ball valve A-2, behind the turntable", "gauge G-2 shows 0 bar"),
            (
                "Raised film carriage",
                "38 kg",
                "locking pin P-1 on the mast",
                "pin is in the hole up to the red ring",
            ),
            ("Hot cutting wire", "180 °C", "main switch Q1", "15 minutes have passed since switching off"),
        ),
    ),
    ("h1", "Lock out the machine"),
    ("h2", "Prepare"),
    ("ol", "Tell the line lead and the operators which work you will do and how long it will take."),
    ("ol", "Fetch your red padlock, a danger tag, the valve clamp and a voltage tester rated for 1,000 V."),
    ("ol", "Check the voltage tester on the test socket beside the cabinet."),
    ("h2", "Shut down and isolate"),
    ("ol", "Press the STOP button and wait until the turntable stands still."),
    ("ol", "Lower the film carriage to the bottom position."),
    ("ol", "Push locking pin P-1 into the mast up to the red ring."),
    ("ol", "Turn main switch Q1 to OFF, and attach your padlock and the danger tag."),
    ("ol", "Close ball valve A-2 and fit the valve clamp with a second padlock."),
    ("ol", "Open drain valve A-3 until gauge G-2 shows 0 bar."),
    ("warning", "Warning: The cutting wire stays hot for 15 minutes after the machine has been "
                "switched off. Touching it earlier causes deep burns."),
    ("h2", "Verify"),
    ("ol", "Press the START button to make sure that the machine does not start, and press STOP again."),
    ("ol", "Measure all three phases in the cabinet with the voltage tester."),
    ("ol", "Check the voltage tester on the test socket once more."),
    ("p", "Only when all readings are zero may you open a guard. If the tester shows any voltage, "
          "close the cabinet and call the electrician on duty on extension 3115. If gauge G-2 shows "
          "more than 0 bar after two minutes, leave drain valve A-3 open and tell the line lead."),
    ("h1", "Bring the machine back into service"),
    ("ol", "Remove all tools and film scraps, and count the tools."),
    ("ol", "Fit every guard and tighten its two screws to 9 Nm."),
    ("ol", "Make sure that nobody stands inside the yellow line."),
    ("ol", "Close drain valve A-3, remove the valve clamp, and open ball valve A-2 slowly over 10 seconds."),
    ("ol", "Pull out locking pin P-1."),
    ("ol", "Remove your padlock and tag from main switch Q1, and turn the switch to ON."),
    ("ol", "Hand the machine back to the line lead, and sign the lockout log."),
    ("p", "Opening ball valve A-2 too fast causes a pressure surge that can burst the hose of the "
          "clamp cylinder."),
    ("h1", "Special cases"),
    ("ul", "If more than one fitter works on the machine, each fitter attaches a padlock of their own "
           "to the group lock box."),
    ("ul", "If the work goes on after the end of the shift, the next fitter attaches a padlock before "
           "the first fitter removes theirs."),
    ("ul", "If a padlock has been left on the machine, the EHS officer must reach its owner by "
           "telephone before the lock is cut. Cutting a lock has to be reported on form SP-021-C "
           "within 24 hours."),
    ("ul", "A film jam may be cleared without lockout only if the guard door is open, the film can be "
           "reached with the wooden hook, and no hand crosses the yellow line."),
    ("h1", "Example"),
    ("p", "At 13:40 the film tears and wraps around the roller. The hook does not reach it, so Dana, "
          "an authorised fitter, tells the line lead and locks out the machine. Gauge G-2 still shows "
          "0.8 bar, because drain valve A-3 is only half open. She opens it fully, waits until the "
          "gauge shows 0 bar, and tests the three phases. Then she waits until 13:58 for the cutting "
          "wire to cool, opens the guard and removes the film. The work takes 25 minutes, and nobody "
          "is in danger at any time."),
    ("h1", "Records and training"),
    ("p", "The lockout log is kept for 3 years. Authorised fitters repeat the lockout test every 12 "
          "months. A fitter who has not done a lockout for 6 months must do the next one under the "
          "eyes of the EHS officer."),
)

POLICY: tuple[Piece, ...] = (
    ("title", "Customer data policy"),
    ("p", "This policy tells everyone at Fernhill Garden Supplies how to handle what we know about "
          "our customers. Customers give us their address, their telephone number and sometimes a "
          "photo of their garden because they trust us with it. One careless e-mail can end that "
          "trust: in March 2025 a list of 1,340 customers was sent to a supplier by mistake, and 212 "
          "of them closed their accounts."),
    ("h1", "1. Scope and definitions"),
    ("p", "The policy applies to all employees, temporary staff and contractors, in shops, in the "
          "warehouse and at home. It covers paper as well as files."),
    ("p", "Personal data means any information about a person who can be identified, directly or "
          "together with other information. Sensitive data means personal data about health, religion "
          "or payment cards. A data breach is any event in which personal data is lost, seen or "
          "changed by somebody who had no right to it."),
    ("h1", "2. Who is responsible"),
    ("ul", "The data protection officer answers questions, decides about exceptions and reports "
           "breaches to the authority."),
    ("ul", "Team leads grant and remove access, and check the access list of their team every 3 months."),
    ("ul", "The service desk handles requests of customers who want to see or delete their data."),
    ("ul", "Every employee reports a suspected breach within 1 hour."),
    ("h1", "3. Classes of data"),
    ("p", "Every record belongs to one of four classes. The class decides where the record may be "
          "stored and how long it may be kept."),
    (
        "table",
        (
            ("Class", "Examples", "May be stored in", "Kept for"),
            ("Public", "price lists, opening hours", "anywhere", "no limit"),
            ("Internal", "shift plans, supplier terms", "file server, team folders", "5 years"),
            ("Personal", "names, addresses, orders", "customer system only", "3 years after the last order"),
            ("Sensitive", "card numbers, allergy notes", "customer system, locked fields", "30 days"),
        ),
    ),
    ("p", "If you cannot tell which class a record belongs to, treat it as sensitive and ask the data "
          "protection officer."),
    ("h1", "4. Everyday rules"),
    ("h2", "4.1 Storing and sharing"),
    ("p", "You must keep personal data in the customer system. You must not copy it to a private "
          "device, a messenger or a USB stick. A list with more than 50 customers may leave the "
          "company only with the written consent of the data protection officer, and it must be "
          "encrypted with a password of at least 14 characters. Send the password by telephone, never "
          "in the same e-mail."),
    ("p", "If a supplier asks for customer data, forward the request to the data protection officer. "
          "If the request is urgent, call extension 4100 first."),
    ("h2", "4.2 At your desk"),
    ("p", "Lock your screen whenever you leave your desk. Screens lock themselves after 5 minutes, "
          "which is long enough for a visitor to read an order. Put paper with personal data into the "
          "locked grey bin, because the blue bins are emptied by an outside firm."),
    ("h2", "4.3 On the telephone"),
    ("p", "Before you tell a caller anything about an order, verify the caller in this order:"),
    ("ol", "Ask for the full name and the order number."),
    ("ol", "Ask for the postcode of the delivery address."),
    ("ol", "Compare both answers with the customer system."),
    ("ol", "If one answer is wrong, offer to call back on the number in the system."),
    ("ol", "Note the result of the check in the contact log."),
    ("warning", "<b>Caution:</b> Never read out an address, even if the caller sounds familiar. Two "
                "out of three attempts at fraud in 2025 came from callers who pretended to be a "
                "relative."),
    ("h1", "5. Requests of customers"),
    ("p", "A customer may ask what we know about them, have it corrected, or have it deleted. We "
          "answer within one month. If a request is complicated, the data protection officer may "
          "extend this by two months, and must tell the customer why."),
    ("ol", "Forward the request to the service desk on the same day."),
    ("ol", "The service desk confirms the receipt to the customer within 2 working days."),
    ("ol", "The service desk checks the identity of the customer."),
    ("ol", "The service desk collects the data from the customer system."),
    ("ol", "The data protection officer releases the answer."),
    ("p", "Invoices must not be deleted before 10 years have passed, even if the customer asks for "
          "it. In this case the service desk blocks the record and explains the reason."),
    ("h1", "6. When something goes wrong"),
    ("p", "Report every suspected breach to extension 4100 within 1 hour of noticing it. Do not try "
          "to solve it alone, and do not delete anything. The data protection officer must tell the "
          "authority within 72 hours if the breach puts customers at risk. If sensitive data is "
          "affected, the customers themselves must be told without delay."),
    ("h2", "Example"),
    ("p", "Tomasz sends the delivery list of the day to the wrong haulier at 9:10. He notices it at "
          "9:25 and calls extension 4100 at 9:30. The data protection officer asks the haulier to "
          "delete the list and to confirm this in writing. The list held 18 names and addresses but "
          "no sensitive data. The officer records the breach, and the authority does not have to be "
          "told, because the haulier confirmed the deletion at 11:00."),
    ("h1", "7. Consequences and training"),
    ("p", "Whoever breaks this policy on purpose loses access to the customer system and may be "
          "dismissed. Honest mistakes that are reported within 1 hour have no consequences for the "
          "person who reports them. New employees complete the training within 14 days of their first "
          "day, and everyone repeats it every 12 months."),
)
